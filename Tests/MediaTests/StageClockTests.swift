import Foundation
import Frames
import Media
import TestSupport
import Testing

@Suite("The clock of stages")
struct StageClockTests {
    @Test("What is spent between two stages is the first one's, and a stage may come again")
    func divides() {
        var now: Int64 = 0
        let clock = StageClock(now: { now })
        now = 5_000_000_000
        clock.enter(.quality)
        now = 5_500_000_000
        clock.enter(.decode)
        now = 7_500_000_000
        #expect(clock.seconds() == [.decode: 7, .quality: 0.5])
        now = 8_500_000_000
        #expect(clock.seconds() == [.decode: 8, .quality: 0.5])
    }

    @Test("A pass tells its clock when it converts, and stands at decoding when it hands things out")
    func pass() throws {
        let clip = try Clip.make(
            "stages.mp4", ["-f", "lavfi", "-i", "testsrc2=s=320x240:r=25:d=2", "-c:v", "libx264"])
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: clip))
        defer { try? file.close() }
        let clock = StageClock()
        _ = MediaPass.run(descriptor: file.fileDescriptor, sink: Recorder(), stages: clock)
        let seconds = clock.seconds()
        #expect(Set(seconds.keys) == [.decode, .convert])
        #expect(seconds.values.allSatisfy { $0 > 0 && $0 < 60 })
    }
}
