import Fingerprints
import Foundation
import Interop
import Testing

/// Of `PdqSignal`'s examples: two pictures of one bridge, and another picture.
private let bridge = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"
private let bridgeToo = "d8f8f0cec0f4a84f8e370a22038f67f0b36a2ed597231e1d72e6b39c4a9c9b22"
private let other = "e64cc9d91c623882f8d1f1d9a398e78c9f199b3bd83924f2b7e11e0bf861b064"

@Suite("ThreatExchange's signals")
struct ThreatExchangeTests {
    @Test("Types have the exchange's names, and the indicators under which it files them")
    func names() {
        #expect(SignalType.allCases.map(\.rawValue) == ["pdq", "vpdq", "video_md5"])
        #expect(SignalType.allCases.map(\.content) == [.photo, .video, .video])
        #expect(SignalType.videoMD5.indicators.map(\.type) == ["HASH_VIDEO_MD5", "HASH_MD5"])
        #expect(SignalType.vpdq.indicators.isEmpty && SignalType.pdq.indicators.map(\.type) == ["HASH_PDQ"])
    }

    @Test("A signal is checked as the tools check it: PDQ in lower case only, MD5 however it is written")
    func validation() throws {
        #expect(try SignalType.pdq.validated(bridge) == bridge)
        #expect(
            try SignalType.videoMD5.validated(" CAB08B36195EDB1A1231D2D09FA450E0\n")
                == "cab08b36195edb1a1231d2d09fa450e0")
        #expect(try SignalType.vpdq.validated("[\"\(bridge),100,0.000\"]") == "[\"\(bridge),100,0.000\"]")
        for (type, bad) in [
            (SignalType.pdq, bridge.uppercased()), (.pdq, String(bridge.dropLast())), (.pdq, ""), (.videoMD5, bridge),
            (.videoMD5, "cab08b36195edb1a1231d2d09fa450eg"), (.vpdq, bridge), (.vpdq, "[\"\(bridge),101,0\"]"),
            (.vpdq, "[\"\(bridge),100\"]"),
        ] {
            #expect(throws: InteropError.self, "\(type) \(bad)") { try type.validated(bad) }
        }
    }

    @Test("Two pictures are one up to 31 bits; an MD5 is equal or not")
    func comparison() throws {
        #expect(try SignalComparison(.pdq, bridge, bridgeToo).distance == .bits(12))
        #expect(try SignalComparison(.pdq, bridge, bridgeToo).isMatch)
        #expect(try !SignalComparison(.pdq, bridge, other).isMatch)
        let a = try #require(PDQHash(hex: bridge))
        let (near, far) = (
            PDQHash(a.word0 ^ 0x7FFF_FFFF, a.word1, a.word2, a.word3),
            PDQHash(a.word0 ^ 0xFFFF_FFFF, a.word1, a.word2, a.word3)
        )
        #expect(
            try SignalComparison(.pdq, bridge, near.hex).isMatch && !SignalComparison(.pdq, bridge, far.hex).isMatch)
        let md5 = "cab08b36195edb1a1231d2d09fa450e0"
        #expect(try SignalComparison(.videoMD5, md5, md5.uppercased()).isMatch)
        #expect(try !SignalComparison(.videoMD5, md5, "d41d8cd98f00b204e9800998ecf8427e").isMatch)
        #expect(try SignalComparison(.videoMD5, md5, md5).distance == .none)
    }

    @Test("Of two videos the shares of different, good frames count, each of its own")
    func videos() throws {
        // Twice the same picture is one, and what is under quality 50 is none.
        let query = "[\"\(bridge),100,0\", \"\(bridge),100,1\", \"\(other),49,2\"]"
        let longer = "[\"\(bridgeToo),100,0\", \"\(other),50,1\"]"
        let found = try SignalComparison(.vpdq, query, longer)
        #expect(found.isMatch && found.distance == .percent(query: 100, compared: 50))
        let back = try SignalComparison(.vpdq, longer, query)
        #expect(!back.isMatch && back.distance == .percent(query: 50, compared: 100))
        let error = #expect(throws: InteropError.self) { try SignalComparison(.vpdq, query, "[\"\(other),49,2\"]") }
        #expect(error?.code == .empty)
    }

    @Test("A list of signals is read back as it was written, and a bad line is named")
    func list() throws {
        let entries: [SignalList.Entry] = [
            .init(.pdq, bridge), .init(.videoMD5, "cab08b36195edb1a1231d2d09fa450e0"),
            .init(.vpdq, "[\"\(bridge),100,0.000\", \"\(other),87,1.250\"]"),
        ]
        let text = SignalList.format(entries)
        #expect(text.hasPrefix("pdq \(bridge)\nvideo_md5 cab0"))
        #expect(try SignalList.parse(text) == entries)
        #expect(try SignalList.parse("\r\n pdq  \(bridge) \r\n") == [entries[0]])
        let error = #expect(throws: InteropError.self) { try SignalList.parse("pdq \(bridge)\n\ntmk AAAA\n") }
        #expect(error?.sentence == "Line 3 is not a type (pdq, vpdq, video_md5) and a signal.")
        #expect(throws: InteropError.self) { try SignalList.parse("pdq zz") }
    }

    @Test("Frames are thinned to the first at or after each multiple, whatever lies between")
    func thinned() throws {
        let hash = try #require(PDQHash(hex: bridge))
        let frames = [0.007, 0.287, 0.527, 0.999, 1.0, 1.25, 4.1, 4.9, 5.0].enumerated().map {
            VPDQFrame(frame: $0.offset, quality: 100, hash: hash, timestamp: $0.element)
        }
        let seconds = FileSignals.thinned(frames, secondsPerHash: 1).map(\.timestamp)
        // 0.999 is a second, rounded to milliseconds as it is: half a millisecond is all that is forgiven.
        #expect(seconds == [0.007, 1.0, 4.1, 5.0])
        #expect(FileSignals.thinned(frames, secondsPerHash: 0) == frames)
    }

    @Test("The vPDQ file, the signal, and the signal behind its name are all read")
    func anyForm() throws {
        let signal = "[\"\(bridge),100,0.000\", \"\(other),87,1.250\"]"
        let frames = try VPDQFile.parseSignal(signal)
        #expect(try VPDQFile.parseAny(signal) == frames)
        #expect(try VPDQFile.parseAny("\u{FEFF} vpdq \(signal)\n") == frames)
        #expect(try VPDQFile.parseAny(VPDQFile.format(frames)) == frames)
        #expect(try VPDQFile.parseAny("") == [])
    }
}
