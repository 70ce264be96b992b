import Fingerprints
import Testing

/// Two frames of Meta's published hashes of `pattern-sd-grey-bar.mp4` (vpdq/sample-hashes).
let first = "b2dc981be36c994787bc16811edcda81d20b855627b6bff86e8ba1050b44ff86"
let second = "a25b0163f57b75ed61b70fd03e45c1d217685d2ddd832227dfe1b303c0179113"

@Suite("vPDQ texts")
struct VPDQFileTests {
    @Test("A file is read and written back byte for byte")
    func roundTrip() throws {
        let text = "0,100,\(first),0.000\n198,87,\(second),6.600\n"
        let frames = try VPDQFile.parse(text)
        #expect(
            frames == [
                VPDQFrame(frame: 0, quality: 100, hash: try #require(PDQHash(hex: first)), timestamp: 0),
                VPDQFrame(frame: 198, quality: 87, hash: try #require(PDQHash(hex: second)), timestamp: 6.6),
            ])
        #expect(VPDQFile.format(frames) == text)
    }

    @Test("Blanks, empty lines, a byte order mark, CR LF and older timestamps are accepted")
    func lenient() throws {
        let text = "\u{FEFF}0 , 100,\(first.uppercased()), 0\r\n\r\n\t198,87,\(second),6.6 "
        #expect(VPDQFile.format(try VPDQFile.parse(text)) == "0,100,\(first),0.000\n198,87,\(second),6.600\n")
        #expect(try VPDQFile.parse("") == [])
    }

    @Test("The JSON signal is a list of hash, quality, timestamp")
    func signal() throws {
        let json = "[\"\(first),100,0.000\", \"\(second),87,6.600\"]"
        let frames = try VPDQFile.parseSignal(json)
        #expect(frames.map(\.frame) == [0, 1])
        #expect(frames.map(\.timestamp) == [0, 6.6])
        #expect(VPDQFile.formatSignal(frames) == json)
        #expect(try VPDQFile.parseSignal(" [ ] \n") == [])
        #expect(VPDQFile.formatSignal([]) == "[]")
    }

    @Test(
        "A bad line is named",
        arguments: [
            ("0,100,\(first)\n", 1), ("\n0,100,\(first),1,2", 2), ("x,100,\(first),1", 1), ("-1,100,\(first),1", 1),
            ("0,101,\(first),1", 1), ("0,100,\(first.dropLast()),1", 1), ("0,100,\(first)0,1", 1),
            ("0,100,\(first),nan", 1),
            ("0,100,\(first),-1", 1), ("0,100,\(first),0\n1,100,zz,0", 2), ("0,100,\(first),0\r\n\r\n7", 3),
        ])
    func badLine(text: String, line: Int) {
        let error = #expect(throws: FingerprintError.self) { try VPDQFile.parse(text) }
        #expect(error?.code == .malformed)
        #expect(error?.line == line)
        #expect(error?.description.hasPrefix("line \(line): ") == true)
    }

    @Test("Bad JSON is refused, wherever it is bad")
    func badSignal() {
        for json in [
            "", "{}", "[\"\(first),100,0\",]", "[\"\(first),100,0\" \"\(first),100,0\"]", "[\"\(first),100\"]",
            "[1]", "[\"\\u0030\"]", "[\"\(first),100,0\"] x",
        ] {
            #expect(throws: FingerprintError.self, "\(json)") { try VPDQFile.parseSignal(json) }
        }
        let whole = Array("[\"\(first),100,0.000\", \"\(second),87,6.600\"]".utf8)
        for count in 0..<whole.count {
            #expect(throws: FingerprintError.self) {
                try VPDQFile.parseSignal(String(decoding: whole[..<count], as: UTF8.self))
            }
        }
    }

    @Test("A fingerprint goes to vPDQ and back")
    func fingerprint() throws {
        let codes = [
            FrameCode(ptsMs: 0, hash: try #require(PDQHash(hex: first)), quality: 100),
            FrameCode(ptsMs: 6600, hash: try #require(PDQHash(hex: second)), quality: 87),
        ]
        let text = VPDQFile.format(VideoFingerprint(frames: codes).vpdqFrames)
        #expect(text == "0,100,\(first),0.000\n1,87,\(second),6.600\n")
        #expect(VideoFingerprint(vpdqFrames: try VPDQFile.parse(text).reversed()).frames == codes)
    }
}
