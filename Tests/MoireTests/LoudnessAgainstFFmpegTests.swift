import Foundation
import TestSupport
import Testing

/// The same files through `moire extract` and through FFmpeg's own `ebur128` filter, which EBU's test signals were
/// tried on.
@Suite("Loudness, beside FFmpeg's ebur128")
struct LoudnessAgainstFFmpegTests {
    /// A loud and a soft tone taking turns, and noise that does so in another rhythm.
    private static let tone = "0.3*sin(2*PI*440*t)*(0.1+0.9*lt(mod(t,6),3))"
    private static let noise = "0.2*(2*random(0)-1)*(0.2+0.8*lt(mod(t,5),2))"

    struct Sound: Sendable, CustomTestStringConvertible {
        var name: String
        /// One expression a channel.
        var channels: [String]
        var layout: String
        var rateHz = 48_000
        var codec = "flac"

        var testDescription: String { name }
    }

    static let sounds = [
        Sound(name: "mono", channels: [tone], layout: "mono"),
        Sound(name: "stereo of two contents", channels: [tone, noise], layout: "stereo"),
        Sound(name: "stereo of one content", channels: [tone, tone], layout: "stereo"),
        Sound(name: "stereo with an empty side", channels: [noise, "0"], layout: "stereo"),
        Sound(
            name: "stereo, AAC at 44.1 kHz", channels: [tone, noise], layout: "stereo", rateHz: 44_100, codec: "aac"),
        Sound(
            name: "5.1, whose bass does not count and whose rear counts more",
            channels: [tone, noise, "0.5*\(tone)", "0.6*sin(2*PI*60*t)", noise, tone], layout: "5.1"),
        Sound(name: "soft", channels: ["0.004*sin(2*PI*1000*t)*(0.3+0.7*lt(mod(t,8),4))"], layout: "mono"),
    ]

    @Test(
        "Loudness, integrated and at the loudest moment, and its range lie within 0.1 LU",
        arguments: sounds)
    func sameLoudness(sound: Sound) throws {
        try Folder.with { folder in
            let path = "\(folder)/sound.mka"
            let source = "aevalsrc=\(sound.channels.joined(separator: "|")):c=\(sound.layout):s=\(sound.rateHz):d=24"
                .replacing(",", with: "\\,")
            let made = try Ran(
                "/usr/bin/env",
                ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", source, "-c:a", sound.codec, "-b:a", "192k", path])
            try #require(made.status == 0, Comment(rawValue: made.errors))
            let heard = try Self.ffmpeg(path)
            let record = try #require(try Programs.moire("extract", "--format", "jsonl", path).objects().first)
            let signal = try #require(record["sound"] as? [String: Any])
            let integrated = try #require(signal["integrated_lufs"] as? Double)
            #expect(abs(integrated - heard.integrated) < 0.1, "\(integrated), FFmpeg \(heard.integrated)")
            let range = try #require(signal["loudness_range_lu"] as? Double)
            #expect(abs(range - heard.range) < 0.1, "\(range), FFmpeg \(heard.range)")
            let curve = try #require(signal["loudness"] as? [Double])
            #expect(abs(curve.max()! - heard.momentaryMax) < 0.1, "\(curve), FFmpeg \(heard.momentaryMax)")
        }
    }

    /// The last integrated loudness and the highest momentary one that the filter notes, and the range of the short-term
    /// ones. The filter's own range has its lower percentile a rank below that of Tech 3342, which on a short sound with
    /// steep slopes is up to 1.2 LU.
    private static func ffmpeg(_ path: String) throws -> (integrated: Double, range: Double, momentaryMax: Double) {
        let ran = try Ran(
            "/usr/bin/env",
            [
                "ffmpeg", "-nostdin", "-v", "error", "-i", path, "-af", "ebur128=metadata=1,ametadata=print:file=-",
                "-f", "null", "-",
            ])
        func values(_ key: String) -> [Double] {
            ran.text.split(separator: "\n").compactMap { line in
                line.hasPrefix("lavfi.r128.\(key)=") ? Double(line.split(separator: "=")[1]) : nil
            }
        }
        return (
            try #require(values("I").last), try #require(range(ofShortTerm: values("S"))),
            try #require(values("M").max())
        )
    }

    /// EBU Tech 3342, section 5, as the code there has it.
    private static func range(ofShortTerm loudness: [Double]) -> Double? {
        let audible = loudness.filter { $0 >= -70 }
        let mean = audible.reduce(0) { $0 + pow(10, $1 / 10) } / Double(audible.count)
        let kept = audible.filter { $0 >= 10 * log10(mean) - 20 }.sorted()
        func percentile(_ share: Double) -> Double { kept[Int((share * Double(kept.count - 1)).rounded())] }
        return kept.isEmpty ? nil : percentile(0.95) - percentile(0.10)
    }
}
