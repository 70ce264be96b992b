import Fleet
import Foundation
import Frames
import Glibc
import Records
import Testing
import TestSupport

@Suite("Small files that ask for much", .serialized)
struct BombTests {
    /// Twenty seconds to decode, whatever the file's size; half a gigabyte.
    private static let limits = DecodeLimits(
        deadlineSeconds: 20, deadlineSecondsPerMegabyte: 0, memoryBytes: 1 << 29)
    private let service: DecodeService
    private let folder: TemporaryFolder

    init() throws {
        service = try DecodeService(decoderPath: Programs.decoder, limits: Self.limits)
        folder = try TemporaryFolder()
    }

    /// Decodes the file inside its bounds and says how it ended: `refused over_limit_side`.
    private func ending(_ path: String) throws -> String {
        let begun = ContinuousClock.now
        let done = try service.extract(path: path)
        let wall = ContinuousClock.now - begun
        #expect(done.peakBytes <= 1 << 29, "\(done.peakBytes) bytes")
        #expect(wall <= .seconds(21), "\(wall)")
        #expect(!done.record.outcome.sentence.isEmpty)
        return "\(done.record.outcome.kind.rawValue) \(done.record.outcome.reason)"
    }

    private func ending(_ name: String, _ bytes: [UInt8]) throws -> String { try ending(folder.file(name, bytes)) }

    /// A file of `bytes` of which only the beginning is on the disk.
    private func sparse(_ name: String, _ beginning: [UInt8], bytes: Int) throws -> String {
        let path = try folder.file(name, beginning)
        try #require(unsafe truncate(path, bytes) == 0)
        return path
    }

    @Test(
        "A picture of 65,536 by 65,536 gives no frame, whoever says so: the container, the parameter sets, the picture")
    func hugePictures() throws {
        let block = Bombs.clusters(blocks: 1, ticks: 1, payload: [0, 0, 0, 2, 0x65, 0x88])
        #expect(
            try ending(
                "container.mkv",
                Bombs.matroska(
                    tracks: Bombs.track(1, kind: 1, codec: "V_VP9", Bombs.video(width: 65_536, height: 65_536)),
                    clusters: block)) == "undecodable no_frames")
        let sets = Bombs.element(0x63A2, Bombs.parameterSets(macroblocks: 4096))
        #expect(
            try ending(
                "parameters.mkv",
                Bombs.matroska(
                    tracks: Bombs.track(
                        1, kind: 1, codec: "V_MPEG4/ISO/AVC", sets + Bombs.video(width: 64, height: 64)),
                    clusters: block)) == "undecodable no_frames")
        #expect(try ending("picture.gif", Bombs.gif) == "undecodable no_frames")
    }

    @Test("A million streams are a broken header, within the memory of one file")
    func manyStreams() throws {
        let track = Bombs.track(1, kind: 2, codec: "A_AC3")
        let tracks = [UInt8]((0..<1_000_000).map { _ in track }.joined())
        #expect(try ending("streams.mkv", Bombs.matroska(tracks: tracks)) == "undecodable broken_header")
    }

    @Test("A header without an end, in a file of 256 MiB and in one of a terabyte, is given up")
    func endlessHeader() throws {
        let endless = Bombs.fileType + Bombs.big(UInt32(1)) + Array("moov".utf8) + Bombs.big(UInt64(1) << 62)
        #expect(try ending(sparse("long.mp4", endless, bytes: 1 << 28)) == "undecodable no_streams")
        #expect(try ending(sparse("terabyte.mp4", endless, bytes: 1 << 40)) == "refused over_limit_bytes")
        #expect(try ending("nested.mp4", Bombs.nested("moov", times: 1_000_000)) == "undecodable broken_header")
        let element = Bombs.head(0x1A45_DFA3, 0) + Bombs.head(0x1853_8067, 1 << 55) + Bombs.head(0x1549_A966, 1 << 54)
        #expect(try ending(sparse("long.mkv", element, bytes: 1 << 28)) == "undecodable broken_header")
    }

    @Test("Four thousand million samples that nobody wrote down are refused by the memory that they ask for")
    func manySamples() throws {
        #expect(try ending("samples.mp4", Bombs.manySamples(0xFFFF_FFFF)) == "refused over_limit_allocation_bytes")
    }

    @Test("A thousand million pictures a second end with the file")
    func fastPictures() throws {
        // Two seconds of a real clip, its clock made a million times faster: twenty pictures in two microseconds.
        try Clip.make(
            "bomb-clock.mkv",
            ["-f", "lavfi", "-i", "testsrc2=size=160x120:rate=10:duration=2", "-c:v", "mpeg4", "-bf", "0"])
        var bytes = [UInt8](try Data(contentsOf: Clip.folder.appendingPathComponent("bomb-clock.mkv")))
        let scale: [UInt8] = [0x2A, 0xD7, 0xB1, 0x83, 0x0F, 0x42, 0x40]  // 1,000,000 ns
        let at = try #require(bytes.indices.first { Array(bytes[$0...].prefix(7)) == scale })
        bytes.replaceSubrange(at + 4..<at + 7, with: [0, 0, 1])
        #expect(try ending("clock.mkv", bytes).hasPrefix("complete ok"))
        let step = Bombs.number(0x23E383, 1)  // a nanosecond for each picture
        #expect(
            try ending(
                "claimed.mkv",
                Bombs.matroska(
                    scale: 1,
                    tracks: Bombs.track(1, kind: 1, codec: "V_VP8", step + Bombs.video(width: 64, height: 64)),
                    clusters: Bombs.clusters(blocks: 20_000, ticks: 1, payload: [0]))) == "undecodable no_frames")
    }

    @Test("Four hours of packets of one byte are decoded up to a limit, or not at all")
    func tinyPackets() throws {
        // 20 ms of silence each; the last of them would end two seconds after four hours.
        let silence = Bombs.clusters(blocks: 720_100, ticks: 20, payload: [0x08])
        // Which of the two comes first is a matter of the machine.
        #expect(
            ["refused over_limit_duration_seconds", "\(Outcome.Kind.timedOut.rawValue) deadline"].contains(
                try ending("silence.mkv", Bombs.matroska(tracks: Bombs.opusTrack, clusters: silence))))
        let nothing = Bombs.clusters(blocks: 720_000, ticks: 20, payload: [0])
        #expect(
            try ending(
                "nothing.mkv",
                Bombs.matroska(
                    tracks: Bombs.track(1, kind: 1, codec: "V_VP8", Bombs.video(width: 64, height: 64)),
                    clusters: nothing)) == "undecodable no_frames")
    }
}
