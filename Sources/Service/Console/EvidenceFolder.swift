internal import FingerprintIndex
internal import Fleet
internal import Foundation
internal import Frames
internal import Pictures
internal import Records
internal import Report
internal import Synchronization

/// Pictures of evidence, decoded once and kept: frames, spectrograms, and the comparison of a pair.
///
/// A page asks for many moments of one video at once. It says beforehand which (`want`), and the first request for any
/// of them has them all decoded in one pass, in the sandbox; the others wait for that pass. What is kept is named by
/// the content's digest, so a file that was changed is decoded anew.
final class EvidenceFolder: Sendable {
    /// Where a video's pictures come from.
    struct Media: Sendable, Hashable {
        var path: String
        /// Names the content in the folder.
        var key: String

        init(path: String, digest: String?) {
            self.path = path
            let hex = digest?.split(separator: ":").last.map(String.init) ?? Digest.hex(of: "path\u{0}\(path)")
            key = String(hex.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }.prefix(32))
        }
    }

    /// Longest sides, pixels: of a thumbnail (as in the report), and of a frame that is looked at closely.
    static let sides = [ReportInput.pictureSide, 480]
    static let thumbnail = sides[0]
    static let frame = sides[1]

    /// Moments that are remembered as wanted for one video; beyond them, each is decoded as it is asked for.
    private static let wantedMax = DecodeService.picturesMax
    /// Seconds for which a file that gave no pictures is not tried again.
    private static let failureSeconds = 60.0

    private struct Wish: Hashable {
        var key: String
        var side: Int
    }

    private struct State {
        var wanted: [Wish: Set<Int>] = [:]
        var busy: Set<String> = []
        var failed: [String: ContinuousClock.Instant] = [:]
    }

    private let root: String
    private let decoder: DecodeService
    private let state = Mutex(State())
    private let turn = NSCondition()

    init(root: String, decoder: DecodeService) throws {
        self.root = root
        self.decoder = decoder
        for name in ["frames", "sounds", "pairs"] {
            try FileManager.default.createDirectory(
                atPath: "\(root)/\(name)", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
    }

    // MARK: Frames

    /// Says which moments (milliseconds) a page is about to ask for.
    func want(_ media: Media, _ moments: [Int], side: Int) {
        state.withLock { state in
            let wish = Wish(key: media.key, side: side)
            if state.wanted.count > 1000 { state.wanted.removeAll() }
            state.wanted[wish, default: []].formUnion(moments.prefix(Self.wantedMax))
        }
    }

    /// A frame as PNG; nil where there is none.
    func frame(_ media: Media, milliseconds: Int, side: Int) -> Data? {
        let file = path(media, milliseconds, side)
        if let kept = Self.kept(file) { return kept.isEmpty ? nil : kept }
        let busy = "\(media.key) \(side)"
        return alone(busy) {
            if let kept = Self.kept(file) { return kept.isEmpty ? nil : kept }
            guard mayTry(busy) else { return nil }
            let wish = Wish(key: media.key, side: side)
            var moments = state.withLock { $0.wanted.removeValue(forKey: wish) ?? [] }
            moments = moments.filter { Self.kept(path(media, $0, side)) == nil }
            moments.insert(milliseconds)
            let times = Array(([milliseconds] + moments.filter { $0 != milliseconds }).prefix(Self.wantedMax)).sorted()
            guard
                let images = try? decoder.pictures(
                    path: media.path, times: times.map { Double($0) / 1000 }, longestSide: side)
            else {
                state.withLock { $0.failed[busy] = .now + .seconds(Self.failureSeconds) }
                return nil
            }
            for (time, image) in zip(times, images) {
                // Nothing is kept as an empty file, so that it is not looked for again.
                let png = image.flatMap { try? PNG.encode($0) }.map { Data($0) } ?? Data()
                Self.keep(png, at: path(media, time, side))
            }
            return Self.kept(file).flatMap { $0.isEmpty ? nil : $0 }
        }
    }

    // MARK: Sound

    /// What sounds in a stretch, coloured, as PNG; nil where the file cannot be heard.
    func spectrogram(_ media: Media, from start: Int, to end: Int) -> Data? {
        let file = "\(root)/sounds/\(media.key)-\(start)-\(end).png"
        if let kept = Self.kept(file) { return kept.isEmpty ? nil : kept }
        let busy = "\(media.key) sound"
        return alone(busy) {
            if let kept = Self.kept(file) { return kept.isEmpty ? nil : kept }
            guard mayTry(busy) else { return nil }
            guard
                let levels = try? decoder.spectrogram(
                    path: media.path, start: Double(start) / 1000, end: Double(end) / 1000,
                    columns: ExplainSound.columns, rows: ExplainSound.rows)
            else {
                state.withLock { $0.failed[busy] = .now + .seconds(Self.failureSeconds) }
                return nil
            }
            var canvas = Canvas(width: levels.width, height: levels.height)
            for y in 0..<levels.height {
                for x in 0..<levels.width { canvas[x, y] = SpectrumColors.ramp[Int(levels[x, y])] }
            }
            guard let png = try? PNG.encode(canvas.image) else { return nil }
            Self.keep(Data(png), at: file)
            return Data(png)
        }
    }

    // MARK: Comparisons

    /// The comparison of a case's two fingerprints; made once, as it never changes for the same match.
    func comparison(_ id: String, _ make: () throws -> PairReport) throws -> PairReport {
        let file = "\(root)/pairs/\(id.filter { $0.isLetter || $0.isNumber }).json"
        if let kept = Self.kept(file), let report = try? CanonicalJSON.decode(PairReport.self, from: kept) {
            return report
        }
        let report = try make()
        Self.keep(try CanonicalJSON.encode(report), at: file)
        return report
    }

    // MARK: Files

    private func path(_ media: Media, _ milliseconds: Int, _ side: Int) -> String {
        "\(root)/frames/\(media.key)-\(milliseconds)-\(side).png"
    }

    private static func kept(_ path: String) -> Data? { try? Data(contentsOf: URL(fileURLWithPath: path)) }

    /// A cache that cannot be written is slower, and no less right.
    private static func keep(_ data: Data, at path: String) {
        try? data.write(to: URL(fileURLWithPath: path), options: .atomic)
    }

    private func mayTry(_ key: String) -> Bool {
        state.withLock { state in
            guard let until = state.failed[key] else { return true }
            if until > .now { return false }
            state.failed[key] = nil
            return true
        }
    }

    /// One at a time for a key; others wait.
    private func alone<Value>(_ key: String, _ body: () -> Value) -> Value {
        turn.lock()
        while !state.withLock({ $0.busy.insert(key).inserted }) { turn.wait() }
        turn.unlock()
        defer {
            turn.lock()
            _ = state.withLock { $0.busy.remove(key) }
            turn.broadcast()
            turn.unlock()
        }
        return body()
    }
}
