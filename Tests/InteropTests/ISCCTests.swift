import Fingerprints
import Foundation
import TestSupport
import Testing

@testable import Interop

/// One case of the standard's conformance vectors.
private struct Case: Decodable, Sendable, CustomTestStringConvertible {
    struct Output: Decodable, Sendable { var iscc: String }

    var audio: [Int32]?
    var video: [[Int]]?
    var bits: Int
    var iscc: String

    var testDescription: String { iscc }

    enum Keys: String, CodingKey { case inputs, outputs }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        var inputs = try container.nestedUnkeyedContainer(forKey: .inputs)
        if let words = try? inputs.decode([Int32].self) {
            audio = words
        } else {
            video = try inputs.decode([[Int]].self)
        }
        bits = try inputs.decode(Int.self)
        iscc = try container.decode(Output.self, forKey: .outputs).iscc
    }

    static func all(_ function: String) throws -> [Case] {
        let text = try Project.text("Tests/InteropTests/Vectors/iscc-conformance.json")
        let cases = try JSONDecoder().decode([String: [String: Case]].self, from: Data(text.utf8))
        return try #require(cases[function]).values.sorted { $0.iscc < $1.iscc }
    }
}

@Suite("ISCC")
struct ISCCTests {
    @Test("Every Video-Code of the standard's conformance vectors comes out")
    func video() throws {
        let cases = try Case.all("gen_video_code_v0")
        #expect(cases.count == 3)
        for one in cases { #expect(ISCCVideoCode.code(ofVectors: try #require(one.video), bits: one.bits) == one.iscc) }
    }

    @Test("Every Audio-Code of the standard's conformance vectors comes out")
    func audio() throws {
        let cases = try Case.all("gen_audio_code_v0")
        #expect(cases.count == 5)
        for one in cases {
            let words = try #require(one.audio).map { UInt32(bitPattern: $0) }
            #expect(ISCCAudioCode.code(of: Chromaprint(words: words), bits: one.bits) == one.iscc)
        }
    }

    @Test("A frame that stands still counts once, so that a long still does not drown the rest")
    func repeated() {
        var one = [UInt8](repeating: 0, count: 380), other = one
        (one[16], other[292]) = (1, 2)
        let short = FrameSignatures(frames: [one, other])
        let long = FrameSignatures(frames: [one, one, one, other, one])
        #expect(ISCCVideoCode.code(of: long) == ISCCVideoCode.code(of: short))
        #expect(ISCCVideoCode.code(of: FrameSignatures(frames: [one])) != ISCCVideoCode.code(of: short))
    }

    @Test("FFmpeg's two forms of frame signatures are read alike, and say the same of the same clip")
    func forms() throws {
        try Folder.with { folder in
            let clip = try Project.clip("kitchen-lab/citrus-soda.webm")
            for form in ["xml", "binary"] {
                let filter = "fps=5,signature=format=\(form):filename=\(folder)/\(form)"
                let ran = try Ran(
                    "/usr/bin/env", ["ffmpeg", "-v", "error", "-i", clip, "-vf", filter, "-f", "null", "-"])
                #expect(ran.status == 0, "\(ran.errors)")
            }
            let xml = try FrameSignatures([UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/xml"))))
            let binary = try FrameSignatures([UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/binary"))))
            // Eight seconds, five a second.
            #expect(xml.frames.count == 40)
            #expect(xml == binary)
            #expect(Set(xml.frames.joined()) == [0, 1, 2])
        }
    }

    @Test(
        "What is no file of frame signatures is refused with the reason",
        arguments: [
            ("<x/>", "There is no frame signature in it."),
            ("<FrameSignature>0 1", "Frame signature 1 does not end."),
            ("<FrameSignature>0 1 3</FrameSignature>", "Frame signature 1 has something else than 0, 1, 2."),
            ("<FrameSignature>0 1 2</FrameSignature>", "Frame signature 1 has 3 values, not 380."),
            ("", "The frame signatures end before their end."),
            ("\u{0}\u{0}\u{0}\u{1}", "The frame signatures end before their end."),
            ("\u{0}\u{0}\u{0}\u{2}more", "These are no frame signatures: one spatial region was expected."),
        ])
    func malformed(text: String, sentence: String) {
        let error = #expect(throws: InteropError.self) { try FrameSignatures(Array(text.utf8)) }
        #expect(error?.sentence == sentence)
    }

    @Test("A binary file that ends anywhere within is refused, never read past its end")
    func truncated() throws {
        // One region, its place left out, one frame, no times, no segments, not compressed, one frame of ones.
        var bits = [String(1, bits: 32), "0", String(0, bits: 32), String(1, bits: 32), String(5, bits: 16), "0"]
            .joined()
        bits += String(0, bits: 32) + "0" + "0" + String(200, bits: 8) + String(0, bits: 40)
        bits += String(repeating: String(1 + 3 + 9 + 27 + 81, bits: 8), count: 76)
        let bytes = stride(from: 0, to: bits.utf8.count, by: 8).map { start in
            UInt8(Array(bits)[start..<min(start + 8, bits.utf8.count)].reduce(0) { $0 << 1 | ($1 == "1" ? 1 : 0) })
        }
        #expect(throws: InteropError.self) { try FrameSignatures(Array(bytes.dropLast())) }
        // The last byte has five bits, to be filled up from the right.
        var whole = bytes
        whole[whole.count - 1] <<= UInt8(8 - bits.utf8.count % 8)
        #expect(try FrameSignatures(whole).frames == [[UInt8](repeating: 1, count: 380)])
        for length in whole.indices {
            #expect(throws: InteropError.self) { try FrameSignatures(Array(whole[..<length])) }
        }
    }
}

extension String {
    /// A number as so many binary digits.
    fileprivate init(_ number: Int, bits: Int) {
        let digits = String(number, radix: 2)
        self = String(repeating: "0", count: bits - digits.count) + digits
    }
}
