// Measures what the sandbox around decoding costs. Started by `ops/bench isolation`, which makes the clips.
//
//     isolation-bench ROUNDS FILE [FILE ...]
//
// The same files are gone through in three ways, in turns, ROUNDS times each, after one turn that is not counted:
//
//   decoding    one pass in this process that measures nothing: `MediaPass` without a listener
//   unconfined  the whole extraction in this process: no child, no sandbox, no wire
//   isolated    the whole extraction as the fleet does it: `DecodeService`, with a child and a sandbox for each file,
//               from a decoder process that is already there
//
// CPU time is that of this process, of the decoder process and of its children. What the isolated way costs above the
// unconfined one is the fork, the pages it copies, the sandbox, the answer's way back and its check, and the digest of
// the file, which the supervisor takes as well.
import BenchmarkSupport
import DecodeWire
import Extraction
import Fleet
import Foundation
import Frames
import Glibc
import Media
import Records

/// A listener that hears nothing.
final class Silence: MediaSink {
    func begin(_ info: MediaInfo) {}
    func tick(_ tick: FrameTick) {}
    func sample(_ frame: WorkingFrame) {}
    func sound(_ block: SoundBlock) {}
    func mono(_ block: MonoBlock) {}
}

enum Way: String, CaseIterable {
    case decoding, unconfined, isolated

    /// Processor seconds of one file.
    func cpuSeconds(_ path: String, _ service: DecodeService, _ decoder: DecoderClock) throws -> Double {
        let before = Meter.cpuSeconds + decoder.seconds
        var child = 0.0
        switch self {
        case .decoding: try Self.reading(path) { _ = MediaPass.run(descriptor: $0, sink: Silence()) }
        case .unconfined: try Self.reading(path) { _ = try Extractor.run(descriptor: $0, task: .extract()) }
        case .isolated:
            let extracted = try service.extract(path: path)
            guard extracted.record.outcome.hasResult else {
                throw BenchError("\(path): \(extracted.record.outcome.sentence)")
            }
            child = extracted.cpuSeconds
        }
        return Meter.cpuSeconds + decoder.seconds - before + child
    }

    private static func reading(_ path: String, _ body: (Int32) throws -> Void) throws {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw BenchError("\(path) cannot be opened") }
        defer { close(descriptor) }
        try body(descriptor)
    }
}

/// Processor time of the decoder process itself, without its children.
struct DecoderClock {
    private let clock: clockid_t

    /// Of the one child that this process has.
    init() throws {
        let own = getpid()
        let text = (try? String(contentsOfFile: "/proc/\(own)/task/\(own)/children", encoding: .utf8)) ?? ""
        let children = text.split(whereSeparator: \.isWhitespace).compactMap { pid_t($0) }
        var clock = clockid_t()
        guard children.count == 1, unsafe clock_getcpuclockid(children[0], &clock) == 0 else {
            throw BenchError("expected one decoder process, found \(children.count)")
        }
        self.clock = clock
    }

    var seconds: Double {
        var time = timespec()
        // The process lives as long as its service, which outlives this.
        guard unsafe clock_gettime(clock, &time) == 0 else { return 0 }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

func measure(rounds: Int, files: [String]) throws {
    let service = try DecodeService()
    let level = try service.describe().sandbox.rawValue
    let decoder = try DecoderClock()
    var spent: [Way: [String: Series]] = [:]
    for round in 0...rounds {
        for file in files {
            for way in Way.allCases {
                let seconds = try way.cpuSeconds(file, service, decoder)
                if round > 0 { spent[way, default: [:]][file, default: Series()].add(seconds) }
            }
        }
    }
    var table = Table(["CPU ms", "decoding", "unconfined", "isolated", "isolation", "of decoding", "of extraction"])
    var totals: [Way: Double] = [:]
    func row(_ name: String, _ seconds: [Way: Double]) -> [String] {
        let (plain, whole, isolated) = (seconds[.decoding] ?? 0, seconds[.unconfined] ?? 0, seconds[.isolated] ?? 0)
        let cost = isolated - whole
        return [name]
            + [plain, whole, isolated, cost].map { rounded($0 * 1000, 1) }
            + ["\(rounded(100 * cost / plain, 1)) %", "\(rounded(100 * cost / whole, 1)) %"]
    }
    for file in files {
        // The middle of the rounds: others use this machine, too.
        let seconds = spent.mapValues { $0[file]?.quantile(0.5) ?? .nan }
        for (way, value) in seconds { totals[way, default: 0] += value }
        table.add(row(URL(fileURLWithPath: file).lastPathComponent, seconds))
    }
    table.add(row("all", totals))
    print("sandbox level \(level), \(rounds) rounds, the middle one of each")
    table.print()
    let share = ((totals[.isolated] ?? 0) - (totals[.unconfined] ?? 0)) / (totals[.decoding] ?? .nan)
    print("isolation costs \(rounded(100 * share, 2)) % of decoding; the limit is 5 %")
    if !(share < 0.05) { exit(1) }
}

let arguments = CommandLine.arguments
guard arguments.count > 2, let rounds = Int(arguments[1]), (1...1000).contains(rounds) else {
    print("isolation-bench ROUNDS FILE [FILE ...]")
    exit(2)
}
do { try measure(rounds: rounds, files: Array(arguments.dropFirst(2))) } catch {
    FileHandle.standardError.write(Data("isolation-bench: \(error)\n".utf8))
    exit(3)
}
