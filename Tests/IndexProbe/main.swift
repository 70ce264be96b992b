import FingerprintIndex
import Fingerprints
import Frames
import Foundation
func pgmFrames(_ data: Data) -> [LumaImage] {
    var frames: [LumaImage] = []; let b = [UInt8](data); var i = 0
    while i < b.count {
        var fields: [String] = []; var cur = ""
        while fields.count < 4 { let c = b[i]; i += 1; if c == 10 || c == 32 { fields.append(cur); cur = "" } else { cur.append(Character(UnicodeScalar(c))) } }
        let w = Int(fields[1])!, h = Int(fields[2])!
        frames.append(LumaImage(width: w, height: h, pixels: Array(b[i..<i + w * h]))); i += w * h
    }
    return frames
}
let args = CommandLine.arguments
switch args[1] {
case "pdq":  // stdin pgm -> out lines
    let frames = pgmFrames(FileHandle.standardInput.readDataToEndOfFile())
    var h = PDQHasher()
    for (k, f) in frames.enumerated() { let r = h.hash(f); print(k * 250, r.hash.word0, r.hash.word1, r.hash.word2, r.hash.word3, r.quality) }
case "compare":  // refsdir queriesdir modality minscore
    func load(_ dir: String) -> [(String, MediaFingerprint)] {
        let fm = FileManager.default
        let names = Set(try! fm.contentsOfDirectory(atPath: dir).map { $0.split(separator: ".")[0] }.map(String.init)).sorted()
        return names.map { n in
            var frames: [FrameCode] = [], marks: [Landmark] = []; var dur = 0.0
            if let t = try? String(contentsOfFile: "\(dir)/\(n).pdq", encoding: .utf8) { for l in t.split(separator: "\n") { let f = l.split(separator: " "); frames.append(FrameCode(ptsMs: UInt32(f[0])!, hash: PDQHash(UInt64(f[1])!, UInt64(f[2])!, UInt64(f[3])!, UInt64(f[4])!), quality: UInt8(f[5])!)) } }
            if let t = try? String(contentsOfFile: "\(dir)/\(n).lm", encoding: .utf8) { for l in t.split(separator: "\n") { let f = l.split(separator: " "); marks.append(Landmark(hash: UInt32(f[0])!, hop: UInt32(f[1])!)) } }
            if let t = try? String(contentsOfFile: "\(dir)/\(n).dur", encoding: .utf8) { dur = Double(t.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0 }
            return (n, MediaFingerprint(duration: dur, video: VideoFingerprint(frames: frames), audio: AudioFingerprint(landmarks: marks)))
        }
    }
    let refs = load(args[2]), queries = load(args[3])
    let modality = LookupOptions.Modality(rawValue: args[4])!
    let start = clock()
    for (q, qf) in queries { for (r, rf) in refs where r != q {
        let rep = Aligner.compare(query: qf, reference: rf, queryID: q, referenceID: r, modality: modality, minimumScore: 0.0001)
        for m in rep.matches { print("{\"query\":\"\(q)\",\"ref\":\"\(r)\",\"score\":\(m.score),\"q_start\":\(m.queryStart),\"q_end\":\(m.queryEnd),\"r_start\":\(m.referenceStart),\"r_end\":\(m.referenceEnd),\"modality\":\"\(m.modality)\",\"speed\":\(m.speed),\"mirrored\":\(m.mirrored),\"v\":\(m.video?.score ?? 0),\"a\":\(m.audio?.score ?? 0),\"vm\":\(m.video?.moments ?? 0),\"am\":\(m.audio?.moments ?? 0),\"vs\":\(m.video?.strength ?? 0),\"as\":\(m.audio?.strength ?? 0),\"vd\":\((m === rep.matches.first!) ? rep.nearest!.videoDecades : 0),\"ad\":\((m === rep.matches.first!) ? rep.nearest!.audioDecades : 0)}") }
    } }
    FileHandle.standardError.write("cpu \(Double(clock() - start) / Double(CLOCKS_PER_SEC)) s for \(refs.count * queries.count) pairs\n".data(using: .utf8)!)
default: break
}
infix operator ===
func === (a: Match, b: Match) -> Bool { a == b }
