import EngineSupport
import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

@Suite("Killing the fleet")
struct KillTests {
    /// Kills of one process each, at moments spread over the length of an undisturbed run.
    @Test(
        "SIGKILL of any one process at random moments ends with the profiles of an undisturbed run",
        // One after the other: each writes the clips' text file anew, and a changed file is another job.
        .serialized,
        arguments: [(Engine.file, 50), (.postgres, 12)])
    func killedAnywhere(engine: Engine, moments: Int) throws {
        let manifest = try Self.manifest()
        let started = ContinuousClock.now
        let expected = try Folder.with { try Self.finish(home: "\($0)/home", state: "\($0)/home", manifest) }
        let length = Double((ContinuousClock.now - started) / .milliseconds(1))
        #expect(expected.contains("\"copies\":[{"), "the undisturbed run found no copy: \(expected)")

        let seed =
            UInt64(ProcessInfo.processInfo.environment["MOIRE_SEED"] ?? "") ?? UInt64(Date().timeIntervalSince1970)
        let wrong = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: moments) { moment in
            var random = Seeded(seed: seed &* 1000 &+ UInt64(moment))
            let delay = Double.random(in: 0...length, using: &random)
            do {
                let (victim, profiles) = try Self.disturbed(engine, after: delay, manifest, &random)
                if profiles != expected {
                    wrong.withLock { $0.append("moment \(moment), \(victim) after \(Int(delay)) ms: \(profiles)") }
                }
            } catch {
                wrong.withLock { $0.append("moment \(moment): \(error)") }
            }
        }
        #expect(wrong.withLock { $0 }.isEmpty, "MOIRE_SEED=\(seed) repeats the choice of moments; expected \(expected)")
    }

    /// Starts a run, kills one of its processes, and brings it to its end. Returns who was killed and the profiles.
    private static func disturbed(_ engine: Engine, after delay: Double, _ manifest: String, _ random: inout Seeded)
        throws -> (
            String, String
        )
    {
        try Folder.with { folder in
            let home = try engine == .postgres ? TestPostgres.shared().database() : "\(folder)/home"
            let run = Process()
            run.executableURL = Programs.folder.appendingPathComponent("moire")
            run.arguments = arguments(home: home, manifest) + ["--state-folder", "\(folder)/home"]
            run.standardInput = FileHandle.nullDevice
            run.standardOutput = FileHandle.nullDevice
            run.standardError = FileHandle.nullDevice
            try run.run()
            usleep(UInt32(delay * 1000))
            let tree = ProcessTree.under(run.processIdentifier)
            let victim = tree.randomElement(using: &random)
            if let victim { kill(victim.id, SIGKILL) }
            run.waitUntilExit()
            return (victim?.name ?? "nobody", try finish(home: home, state: "\(folder)/home", manifest))
        }
    }

    /// Runs to the end (again), and gives the profiles' bytes.
    private static func finish(home: String, state: String, _ manifest: String) throws -> String {
        let answer = try Programs.run(
            Programs.folder.appendingPathComponent("moire").path,
            arguments(home: home, manifest) + ["--state-folder", state])
        try #require(answer.status == 1, "a text file is among the clips, so a whole run ends with 1: \(answer.errors)")
        return answer.output
    }

    private static func arguments(home: String, _ manifest: String) -> [String] {
        ["run", "--home", home, "--manifest", manifest, "--format", "jsonl", "--no-report", "--slots", "2"]
    }

    /// Six short clips of three creators: two originals, two copies, a still, and a text file.
    private static func manifest() throws -> String {
        let sound = ["-f", "lavfi", "-i", "sine=frequency=330:beep_factor=4:duration=4"]
        let first = try Clip.make(
            "kill-zoom.mp4",
            ["-f", "lavfi", "-i", "mandelbrot=size=192x108:rate=12"] + sound + ["-t", "4", "-pix_fmt", "yuv420p"])
        let second = try Clip.make(
            "kill-cells.mp4",
            [
                "-f", "lavfi", "-i",
                "life=size=96x54:rate=12:seed=7:mold=10:ratio=0.3,scale=192:108:flags=neighbor,gblur=2",
                "-t", "4", "-pix_fmt", "yuv420p",
            ])
        let copy = try Clip.make("kill-zoom-copy.mp4", ["-i", "@kill-zoom.mp4", "-vf", "scale=160:90", "-crf", "34"])
        let mirrored = try Clip.make("kill-zoom-flip.mp4", ["-i", "@kill-zoom.mp4", "-vf", "hflip", "-an"])
        let still = try Clip.make(
            "kill-still.mp4",
            [
                "-f", "lavfi", "-i", "testsrc2=size=192x108:rate=12,loop=loop=-1:size=1:start=0", "-t", "4", "-pix_fmt",
                "yuv420p",
            ])
        let text = try Clip.write("kill-notes.mp4", Data("no media at all".utf8))
        let lines = [
            (first, "ann", 1), (second, "bob", 2), (copy, "bob", 3), (mirrored, "cy", 4), (still, "cy", 5),
            (text, "cy", 6),
        ]
        .map { path, creator, day in
            #"{"path":"\#(path)","creator":"\#(creator)","published_at":"2026-05-0\#(day)T12:00:00Z"}"#
        }
        return try Clip.write("kill-manifest.jsonl", Data(lines.joined(separator: "\n").utf8))
    }
}

/// A generator that can be started again (splitmix64, Steele et al. 2014).
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Processes as /proc shows them.
enum ProcessTree {
    struct Entry {
        var id: Int32
        var parent: Int32
        var name: String
    }

    /// A process and everything below it, by id.
    static func under(_ root: Int32) -> [Entry] {
        let all = ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int32($0) }
            .compactMap(entry)
        var members: Set<Int32> = [root]
        var found = all.filter { $0.id == root }
        // Children may have smaller ids than their parents once ids wrap: look until nothing is added.
        while case let more = all.filter({ members.contains($0.parent) && !members.contains($0.id) }), !more.isEmpty {
            members.formUnion(more.map(\.id))
            found += more
        }
        return found.sorted { $0.id < $1.id }
    }

    private static func entry(_ id: Int32) -> Entry? {
        // "pid (name) state ppid ...": the name may hold anything, so count from its last bracket.
        guard let text = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")"),
            let begin = text.firstIndex(of: "(")
        else { return nil }
        let rest = text[text.index(after: end)...].split(separator: " ")
        guard rest.count > 1, rest[0] != "Z", let parent = Int32(rest[1]) else { return nil }
        let line = (try? String(contentsOfFile: "/proc/\(id)/cmdline", encoding: .utf8))?.split(separator: "\0") ?? []
        return Entry(
            id: id, parent: parent,
            name: String(text[text.index(after: begin)..<end]) + " " + (line.dropFirst().first ?? ""))
    }
}
