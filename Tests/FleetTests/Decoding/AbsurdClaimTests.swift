import Fleet
import Foundation
import Frames
import Records
import Testing

/// Numbers in a container that no file has.
@Suite("Absurd claims")
struct AbsurdClaimTests {
    /// Mutant 2709 of `ops/torture media --seed 19`, made small: a Matroska cluster at 0x1414141414141414 ms. The start of
    /// 10^15 seconds that the decoder told was taken for a lie, and the job for one that crashes its decoder.
    private static let webm = """
        GkXfo59ChoEBQveBAULygQRC84EIQoKEd2VibUKHgQJChYECGFOAZxFNmwAAAAAWVK5rTWOuAQAAAAAAADjXgQFzxYgAAAAAAAAA\
        AZyBACK1nIN1bmSIgQCGhVZfVlA5g4EBI+ODhAT3kNXgibCBoLqBeJqBAq4BAAAAAAANGdeBAnPFiAAAAAAAAAACnIEAIrWcg3Vu\
        ZIiBAIaIQV9WT1JCSVODgQLhkZ+BAbWIQN9AAAAwMDAwAAAfQ7Z1IQvD54gUFBQUFBQUAKO1ggAAgGwtF05A6QFYoNdAW4ypFSB9\
        3gc0oKD9G+H9mEZjheqnhxfN50UB6spnJ9XDfChmZ4c=
        """

    @Test("A start in forty million years is the file's fault and not the decoder's")
    func start() throws {
        let folder = try TemporaryFolder()
        let file = try folder.file("cluster.webm", [UInt8](try #require(Data(base64Encoded: Self.webm))))
        let record = try DecodeService().extract(path: file).record
        #expect(record.outcome.kind != .crashed, "\(record.outcome)")
        #expect(record.media.map { abs($0.startTime) <= 1e9 } ?? true)
    }
}
