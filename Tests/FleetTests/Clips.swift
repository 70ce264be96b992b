import TestSupport

/// Clips of these tests, as FFmpeg draws them.
enum Clips {
    /// Two seconds of a moving test card with a tone.
    static func short() throws -> String {
        try Clip.make(
            "fleet-short.mp4",
            [
                "-f", "lavfi", "-i", "testsrc2=size=160x120:rate=10:duration=2", "-f", "lavfi", "-i",
                "sine=frequency=440:duration=2",
                "-c:v", "mpeg4", "-c:a", "aac",
            ])
    }

    /// Fifteen seconds: decoded well after a short one.
    static func medium() throws -> String {
        try Clip.make(
            "fleet-medium.mp4",
            [
                "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=10:duration=15", "-c:v", "mpeg4", "-qscale:v", "12",
            ])
    }

    /// A minute: long enough to watch a decode advance.
    static func minute() throws -> String {
        try Clip.make(
            "fleet-minute.mp4",
            [
                "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=10:duration=60", "-c:v", "mpeg4", "-qscale:v", "12",
            ])
    }

    /// Half an hour: seconds of decoding on any machine, time enough to be interrupted on a busy one.
    static func long() throws -> String {
        try Clip.make(
            "fleet-long.mp4",
            [
                "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=10:duration=1800", "-c:v", "mpeg4", "-qscale:v", "12",
            ])
    }
}
