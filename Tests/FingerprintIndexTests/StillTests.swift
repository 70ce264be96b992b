import FingerprintIndex
import Fingerprints
import Testing

@Suite("References that show one picture")
struct StillTests {
    private let picture = PDQHash(
        0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210, 0x0F1E_2D3C_4B5A_6978, 0x1122_3344_5566_7788)

    private func video(_ frames: [(seconds: UInt32, hash: PDQHash, quality: UInt8)]) -> MediaFingerprint {
        MediaFingerprint(
            duration: 10,
            video: VideoFingerprint(
                frames: frames.map { FrameCode(ptsMs: $0.seconds * 1000, hash: $0.hash, quality: $0.quality) }),
            audio: AudioFingerprint(peaks: [], abstainReason: "no_audio"))
    }

    /// The picture with this many of its bits changed.
    private func changed(_ bits: Int) -> PDQHash {
        PDQHash(picture.word0 ^ ((1 << UInt64(bits)) - 1), picture.word1, picture.word2, picture.word3)
    }

    @Test("Each reference comes once, where it is nearest, nearest first, and no further than asked")
    func nearest() throws {
        let folder = try TemporaryFolder()
        let index = try FingerprintIndex(at: folder.path, create: true)
        let stranger = PDQHash(~picture.word0, ~picture.word1, 5, 6)
        try index.add([
            (Reference(id: "twice"), video([(0, stranger, 100), (3, changed(20), 100), (7, changed(4), 100)])),
            (Reference(id: "edge", bank: "films"), video([(2, changed(31), 100)])),
            (Reference(id: "far"), video([(2, changed(32), 100)])),
            (Reference(id: "flat"), video([(2, picture, 49)])),
            (Reference(id: "gone"), video([(2, picture, 100)])),
            (Reference(id: "none"), video([])),
        ])
        try index.remove(["gone"])
        let found = try index.references(showing: picture, within: 31)
        #expect(found.map(\.reference.id) == ["twice", "edge"])
        #expect(found.map(\.distance) == [4, 31] && found.map(\.time) == [7, 2])
        #expect(
            try index.references(showing: picture, within: 31, banks: ["films"]).map(\.reference.id) == ["edge"])
        try index.setReferences(["twice"], isEnabled: false)
        #expect(try index.references(showing: picture, within: 31).map(\.reference.id) == ["edge"])
        #expect(try index.references(showing: picture, within: 3).isEmpty)
    }

    @Test("More than a thousand references with one picture are all found")
    func many() throws {
        let folder = try TemporaryFolder()
        let index = try FingerprintIndex(at: folder.path, create: true)
        try index.add((0..<1500).map { (Reference(id: "r\($0)"), video([(1, picture, 100)])) })
        #expect(try index.references(showing: picture, within: 0).count == 1500)
    }
}
