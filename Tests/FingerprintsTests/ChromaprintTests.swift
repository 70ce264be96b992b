import Fingerprints
import Testing

@Suite("Chromaprint's forms")
struct ChromaprintFormTests {
    // What `fpcalc -json` and `fpcalc -json -raw` 1.5.1 print of 4.5 s of
    // `ffmpeg -f lavfi -i aevalsrc=0.3*sin(2*PI*(200+120*floor(mod(t*3\,9)))*t):s=11025`.
    private let compressed = "AQAAD5yzMQ2O2_jh3XhYBfmRsOlYfE6EO8cDXziJ5EMAuARRhEEBAQQFAA"
    private let words: [UInt32] = [
        1_636_380_744, 562_638_920, 554_383_432, 554_318_024, 622_475_752, 623_778_536, 892_222_185, 631_715_530,
        632_304_202, 897_610_314, 897_626_698, 1_702_933_098, 1_702_994_794, 1_702_996_585, 1_702_996_584,
    ]

    @Test("The library's compressed text is read, and written the same")
    func compressedText() throws {
        let print = try Chromaprint(compressed: compressed)
        #expect(print.words == words)
        #expect(print.algorithm == 1)
        #expect(print.compressed == compressed)
        #expect(Chromaprint(words: words).compressed == compressed)
    }

    @Test("Words of every shape come back")
    func shapes() throws {
        var random = SystemRandomNumberGenerator()
        let shapes: [[UInt32]] = [
            [], [0], [1], [0x8000_0000], [.max], [.max, 0, .max], [0x8000_0001, 0x0080_0100],
            (0..<500).map { _ in UInt32.random(in: 0 ... .max, using: &random) },
            (0..<32).map { 1 << $0 },
        ]
        for shape in shapes {
            let text = try #require(Chromaprint(words: shape, algorithm: 3).compressed)
            let back = try Chromaprint(compressed: text)
            #expect(back.words == shape && back.algorithm == 3)
        }
    }

    @Test("Every text of fpcalc is read")
    func texts() throws {
        let signed = words.map { String(Int32(bitPattern: $0)) }.joined(separator: ",")
        let unsigned = words.map(String.init).joined(separator: ",")
        for value in ["\"\(compressed)\"", "[\(signed)]", "[\(unsigned)]"] {
            let json = try ChromaprintFile.parse(Array("{\"duration\": 4.50, \"fingerprint\": \(value)}\n".utf8))
            #expect(json.words == words && json.duration == 4.5)
        }
        for value in [compressed, signed, unsigned] {
            let lines = try ChromaprintFile.parse(Array("DURATION=4\r\nFINGERPRINT=\(value)\r\n".utf8))
            #expect(lines.words == words && lines.duration == 4)
            let plain = try ChromaprintFile.parse(Array("\(value)\n".utf8))
            #expect(plain.words == words && plain.duration == nil)
        }
    }

    @Test("Written is what fpcalc prints, whose durations are cut to milliseconds and then rounded")
    func written() {
        let print = Chromaprint(words: [1, 0xFFFF_FFFF], algorithm: 1, duration: 4.5)
        #expect(ChromaprintFile.format(print, as: .raw) == "{\"duration\": 4.50, \"fingerprint\": [1,-1]}\n")
        #expect(
            ChromaprintFile.format(print, as: .compressed)
                == "{\"duration\": 4.50, \"fingerprint\": \"\(print.compressed ?? "")\"}\n")
        // printf("%.2f", …) of 1.005 is 1.00, of 1.115 1.11, of 0.125 0.12 (half to even), of 0.375 0.38.
        for (seconds, text) in [
            (1.005, "1.00"), (1.115, "1.11"), (0.125, "0.12"), (0.375, "0.38"), (9.9999, "10.00"), (0, "0.00"),
            (3599.996, "3600.00"),
        ] {
            let line = ChromaprintFile.format(Chromaprint(words: [], duration: seconds), as: .raw)
            #expect(line == "{\"duration\": \(text), \"fingerprint\": []}\n")
        }
    }

    @Test(
        "What is no fingerprint says what is wrong",
        arguments: [
            ("", FingerprintError.Code.truncated),
            ("DURATION=3\n", .truncated),
            ("DURATION=x\nFINGERPRINT=AQAAAA\n", .malformed),
            ("DURATION=-1\nFINGERPRINT=AQAAAA\n", .malformed),
            ("FINGERPRINT=AQAAAA\nFINGERPRINT=AQAAAA\n", .malformed),
            ("1,2,x\n", .malformed),
            ("1,2,4294967296\n", .malformed),
            ("-2147483649\n", .malformed),
            ("AQAA*A", .malformed),
            ("AQAAA", .truncated),  // ends inside a byte
            ("AQ", .truncated),  // no header
            ("AQAAAQ", .truncated),  // one word promised, none there
            ("AX___w", .overLimit),  // 16.7 million words promised
            ("AQAAAf8H", .truncated),  // long gaps promised, none there
            ("{\"fingerprint\": 7}", .malformed),
            ("{\"fingerprint\": [1.5]}", .malformed),
            ("{\"duration\": 1}", .malformed),
            ("{\"duration\": -1, \"fingerprint\": [1]}", .malformed),
            ("{\"fingerprint\": [1]} {\"fingerprint\": [1]}", .malformed),
            ("{\"fingerprint\": [", .malformed),
        ])
    func malformed(text: String, code: FingerprintError.Code) {
        let error = #expect(throws: FingerprintError.self) { try ChromaprintFile.parse(Array(text.utf8)) }
        #expect(error?.code == code, "\(text): \(error.map(\.description) ?? "")")
    }

    @Test("A fingerprint cut anywhere, or with any byte changed, is a fingerprint or an error, never a crash")
    func damaged() {
        let bytes = Array(compressed.utf8)
        for length in 0..<bytes.count { _ = try? ChromaprintFile.parse(Array(bytes[..<length])) }
        for at in bytes.indices {
            for byte in stride(from: 0, through: 255, by: 5) as StrideThrough<Int> {
                var damaged = bytes
                damaged[at] = UInt8(byte)
                if let print = try? ChromaprintFile.parse(damaged) { #expect(print.words.count <= bytes.count * 8) }
            }
        }
    }

    @Test("A text over the limit is refused unread")
    func tooLong() {
        let error = #expect(throws: FingerprintError.self) {
            try ChromaprintFile.parse([UInt8](repeating: 49, count: ChromaprintFile.bytesMax + 1))
        }
        #expect(error?.code == .overLimit)
    }
}

@Suite("Chromaprints compared")
struct ChromaprintComparisonTests {
    /// Words that look like sound's: each differs from the one before in a few bits.
    private func walk(_ count: Int, seed: UInt64) -> [UInt32] {
        var state = seed
        func next() -> UInt32 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt32(truncatingIfNeeded: state >> 32)
        }
        var word = next()
        return (0..<count).map { _ in
            word ^= next() & next() & next()
            return word
        }
    }

    @Test("Equal ones differ in nothing, at no offset")
    func same() {
        let a = Chromaprint(words: walk(200, seed: 1))
        let found = ChromaprintComparison(a, a)
        #expect(found.offsetWords == 0 && found.bitErrorRate == 0 && found.overlapWords == 200)
        #expect(found.alignedWords >= 200)
        #expect(found.verdict == .sameRecording)
    }

    @Test("An excerpt is found at its place, and bits that differ are counted")
    func excerpt() {
        let a = walk(300, seed: 2)
        var b = Array(a[100..<200])
        b[10] ^= 0b1011
        b[90] ^= 1
        let found = ChromaprintComparison(Chromaprint(words: a), Chromaprint(words: b))
        #expect(found.offsetWords == 100 && found.overlapWords == 100)
        #expect(found.bitErrorRate == 4.0 / 3200)
        #expect(abs((found.offsetSeconds ?? 0) - 12.381) < 0.001)
        let other = ChromaprintComparison(Chromaprint(words: b), Chromaprint(words: a))
        #expect(other.offsetWords == -100 && other.bitErrorRate == found.bitErrorRate)
    }

    @Test("Ones that have nothing in common are different, whether or not a word agrees")
    func strangers() {
        let a = Chromaprint(words: walk(300, seed: 3)), b = Chromaprint(words: walk(300, seed: 4))
        #expect(ChromaprintComparison(a, b).verdict == .different)
        let zero = Chromaprint(words: (0..<100).map { UInt32($0) })
        let high = Chromaprint(words: (0..<100).map { UInt32($0) | 0xFF00_0000 })
        let found = ChromaprintComparison(zero, high)
        #expect(found.offsetWords == nil && found.bitErrorRate == nil && found.verdict == .different)
    }

    @Test("Silence is like silence, and that is said to mean nothing")
    func silence() {
        let silence = Chromaprint(words: [UInt32](repeating: 627_964_279, count: 200))
        let found = ChromaprintComparison(silence, silence)
        #expect(found.bitErrorRate == 0 && found.offsetWords == 0 && found.verdict == .featureless)
    }

    @Test("Less than five seconds say nothing; neither do no words")
    func short() {
        let a = walk(39, seed: 5)
        #expect(ChromaprintComparison(Chromaprint(words: a), Chromaprint(words: a)).verdict == .tooShort)
        #expect(ChromaprintComparison(Chromaprint(words: []), Chromaprint(words: a)).verdict == .tooShort)
    }

    @Test("Two hours of one word end in time: votes are counted out")
    func votes() {
        let long = Chromaprint(words: [UInt32](repeating: 7, count: 60_000))
        let found = ChromaprintComparison(long, long)
        #expect(found.offsetWords == 0 && found.alignedWords == 0 && found.verdict == .featureless)
    }
}

@Suite("ISCC's Audio-Code")
struct ISCCAudioCodeTests {
    private func code(_ words: [Int32], _ bits: Int) -> String {
        ISCCAudioCode.code(of: Chromaprint(words: words.map { UInt32(bitPattern: $0) }), bits: bits)
    }

    // `gen_audio_code_v0` in iscc-core's conformance vectors (iscc_core/data.json), all five.
    @Test("The standard's conformance vectors")
    func vectors() {
        #expect(code([], 64) == "ISCC:EIAQAAAAAAAAAAAA")
        #expect(code([1], 128) == "ISCC:EIBQAAAAAEAAAAABAAAAAAAAAAAAA")
        #expect(code([1, 2], 256) == "ISCC:EIDQAAAAAMAAAAABAAAAAAQAAAAAAAAAAAAAAAAAAEAAAAACAAAAAAA")
        #expect(code([-1, 0, 1], 256) == "ISCC:EIDQAAAAAH777777AAAAAAAAAAAACAAAAAAP777774AAAAAAAAAAAAI")
        #expect(code(Self.demo, 256) == "ISCC:EIDWUJFCEZZOJYVDHJHIRB3KQSQCM2REUITDUTVAQNRGJIRENCCCULY")
        #expect(code(Self.demo, 64) == "ISCC:EIAWUJFCEZZOJYVD")
    }

    private static let demo: [Int32] = [
        684_003_877, 683_946_551, 1_749_295_639, 2_017_796_679, 2_026_256_086, 2_022_066_918, 2_022_001_639,
        2_021_968_035, 2_038_741_139, 2_059_709_571, 503_750_851, 369_541_315, 320_225_426, 289_292_450,
        830_368_930, 838_789_539, 1_940_835_201, 1_928_186_752, 1_651_297_920, 1_651_283_600, 1_650_959_072,
        1_655_022_116, 1_722_069_540, 1_726_259_749, 1_713_694_254, 1_847_914_286, 1_847_912_494, 1_780_832_302,
        -362_410_962, -352_973_810, 1_809_196_111, 1_770_397_775, 1_753_686_797, 683_942_429, 943_989_277,
        943_989_255, 944_121_430, 952_503_910, 948_374_246, 948_717_799, 1_485_621_411, 462_203_011, 508_470_403,
        370_053_251, 303_988_867, 322_879_651, 322_892_963, 862_907_811, 1_928_256_417, 1_928_317_841,
        1_651_297_152, 1_647_091_344, 1_650_827_936, 1_659_216_416, 1_722_069_540, 1_726_263_844, 1_717_887_533,
        1_713_696_302, 1_847_912_494, 1_847_883_822, -366_540_754, -345_633_778, -336_184_242, 1_771_447_375,
        1_753_620_815, 1_757_684_255, 675_553_815, 943_989_255, 944_120_390, 952_508_006, 948_308_582, 948_718_050,
        411_879_650, 428_648_578, 516_861_059, 370_057_347, 303_988_865, 306_086_033, 306_086_051, 841_919_649,
        846_133_665, 1_919_929_264, 1_647_168_400, 1_647_101_584, 1_650_827_936, 1_659_216_484, 1_671_733_796,
        1_738_838_588, 1_717_887_517, 1_713_696_302, 1_847_913_774, 1_847_912_494, 1_780_960_302, -362_410_978,
        -336_196_594, 1_775_641_678, 1_770_397_775, 1_753_555_743, 683_942_429, 943_989_271, 944_185_926,
        2_026_255_094, 2_022_051_494, 2_021_919_654,
    ]
}
