import CKernels
import Frames
import Glibc

/// Mono sound, block by block → a spectrogram of one stretch of the timeline.
///
/// Each column is the mean power of frames of 93 ms, set at most one hop apart and centred in it. How the
/// sound is cut into blocks makes no difference.
///
/// Brightness is the level over `rangeDecibels`, after each octave has been brought nearer to the loudest
/// by at most `liftDecibels`: music falls by some 6 dB an octave and a loudspeaker leaves little of the
/// rest, and what is compared in these pictures is the pattern, not the balance.
struct SpectrogramMeter {
    /// From black to white.
    static let rangeDecibels: Float = 50
    /// Exponent of brightness: what is half-way down is darker than half, so that peaks stand out.
    static let contrast: Float = 1.6
    /// Most that a quiet octave is raised.
    static let liftDecibels: Float = 24
    /// Octaves around a row that say how loud its surroundings are.
    static let liftOctaves = 1.0
    /// What this share of the stretch does not exceed in a row counts as that row's loudness, and so much
    /// above it is white.
    static let loudShare = 0.95
    static let headroomDecibels: Float = 6
    /// A stretch without anything above a sine of -84 dBFS is black: dB of the unnormalised transform,
    /// where a full sine has 20 log10(1024 / 4) = 48.
    static let silenceDecibels: Float = -36
    /// Samples between frames at most; shorter where columns lie closer.
    static let hopSamples = 128.0
    /// Blocks this close to where the last one ended follow it: containers round their timestamps. 20 ms.
    static let toleranceSamples = MonoBlock.sampleRateHz / 50

    private static let rate = Double(MonoBlock.sampleRateHz)
    private static let frame = Int(moire_spectrum_frame)
    private static let bins = Int(moire_spectrum_bins)

    let columns: Int
    let rows: Int
    private let start: Double
    private let framesPerColumn: Int
    private let secondsPerFrame: Double
    private let taps: [Tap]
    /// Frames done so far.
    private var next = 0
    /// `pending[0]` belongs to timeline sample `position`.
    private var pending: [Float] = []
    private var position: Int
    /// Timeline sample where the sound so far ends; nil before any.
    private var heardUntil: Int?
    /// Sums of power, row after row; `heard` says of which columns.
    private var power: [Float]
    private var heard: [Bool]

    /// Where a row of the picture lies among the transform's bins.
    private struct Tap {
        /// The row's middle lies `share` of the way from `bin` to the next.
        var bin: Int
        var share: Float
        /// Bins whose centre lies in the row.
        var inside: Range<Int>
    }

    init(start: Double, end: Double, columns: Int, rows: Int) {
        precondition(
            start.isFinite && end.isFinite && start < end && columns > 0 && rows > 0,
            "\(columns)x\(rows) for \(start)...\(end)")
        self.columns = columns
        self.rows = rows
        self.start = start
        let samplesPerColumn = (end - start) / Double(columns) * Self.rate
        framesPerColumn = max(1, Int((samplesPerColumn / Self.hopSamples).rounded(.up)))
        secondsPerFrame = (end - start) / Double(columns * framesPerColumn)
        taps = (0..<rows).map { Self.tap(row: $0, rows: rows) }
        power = Array(repeating: 0, count: columns * rows)
        heard = Array(repeating: false, count: columns)
        position = 0
        position = begin(of: 0)
    }

    private static func tap(row: Int, rows: Int) -> Tap {
        func bin(_ place: Double) -> Double { SpectrogramScale.hz(at: place, rows: rows) * Double(frame) / rate }
        let middle = bin(Double(row) + 0.5)
        let lower = min(bins - 2, Int(middle))
        let from = Int(bin(Double(row) + 1).rounded(.up)), to = Int(bin(Double(row)).rounded(.up))
        return Tap(bin: lower, share: Float(middle) - Float(lower), inside: min(from, bins)..<min(max(from, to), bins))
    }

    /// Timeline sample at which a frame begins.
    private func begin(of frame: Int) -> Int {
        Int(((start + (Double(frame) + 0.5) * secondsPerFrame) * Self.rate).rounded()) - Self.frame / 2
    }

    /// One past the last timeline sample that any frame needs.
    private var last: Int { begin(of: columns * framesPerColumn - 1) + Self.frame }

    mutating func add(_ block: MonoBlock) {
        guard block.pts.isFinite, next < columns * framesPerColumn else { return }
        var wanted = Int((max(-1e9, min(block.pts, 1e9)) * Self.rate).rounded())
        if let heardUntil, abs(wanted - heardUntil) <= Self.toleranceSamples { wanted = heardUntil }
        heardUntil = max(heardUntil ?? wanted, wanted + block.samples.count)
        silence(until: min(wanted, last))
        // What lies before the stretch, or overlaps what was heard, is dropped.
        let from = max(0, position + pending.count - wanted)
        guard from < block.samples.count else { return }
        pending += block.samples[from...]
        advance()
    }

    /// The picture of all that was added.
    consuming func finish() -> LumaImage {
        // The last frames are those whose middle still has sound.
        if let heardUntil { silence(until: min(heardUntil + Self.frame / 2, last)) }
        return picture()
    }

    /// Adds silence, a piece at a time.
    private mutating func silence(until sample: Int) {
        while position + pending.count < sample, next < columns * framesPerColumn {
            let count = min(sample - position - pending.count, 16 * Self.frame)
            pending += repeatElement(0, count: count)
            advance()
        }
    }

    private mutating func advance() {
        var row = [Int16](repeating: 0, count: Self.bins)
        while next < columns * framesPerColumn {
            let at = begin(of: next) - position
            guard at >= 0, at + Self.frame <= pending.count else { break }
            unsafe pending.withUnsafeBufferPointer { samples in
                // `at` and a whole frame after it lie inside.
                unsafe moire_spectrum_row(samples.baseAddress! + at, &row)
            }
            take(row, column: next / framesPerColumn)
            next += 1
        }
        // All that later frames do not need.
        let done = min(pending.count, begin(of: next) - position)
        if done >= 16 * Self.frame || done == pending.count {
            pending.removeFirst(max(0, done))
            position += max(0, done)
        }
    }

    private mutating func take(_ levels: [Int16], column: Int) {
        let weight = 1 / Float(framesPerColumn)
        for (row, tap) in taps.enumerated() {
            let between = Float(levels[tap.bin]) * (1 - tap.share) + Float(levels[tap.bin + 1]) * tap.share
            var level = between
            for bin in tap.inside { level = max(level, Float(levels[bin])) }
            power[row * columns + column] += weight * exp2f(level / Float(moire_spectrum_octave / 2))
        }
        heard[column] = true
    }

    // MARK: Brightness

    private func picture() -> LumaImage {
        var image = LumaImage(width: columns, height: rows, filledWith: 0)
        let sounding = heard.indices.filter { heard[$0] }
        guard !sounding.isEmpty else { return image }
        let levels = power.map { 10 * log10f(max($0, 1e-9)) }
        let loudest = levels.max() ?? 0
        guard loudest > Self.silenceDecibels else { return image }
        let white = whites(levels, sounding, loudest: loudest)
        for row in 0..<rows {
            for column in sounding {
                let share = (levels[row * columns + column] - white[row]) / Self.rangeDecibels + 1
                image[column, row] = UInt8(powf(max(0, min(1, share)), Self.contrast) * 255 + 0.5)
            }
        }
        return image
    }

    /// The level of each row that is white.
    private func whites(_ levels: [Float], _ sounding: [Int], loudest: Float) -> [Float] {
        let place = min(sounding.count - 1, Int(Double(sounding.count) * Self.loudShare))
        let loud = (0..<rows).map { row in sounding.map { levels[row * columns + $0] }.sorted()[place] }
        let reach =
            SpectrogramScale.place(ofHz: 1, rows: rows)
            - SpectrogramScale.place(ofHz: exp2(Self.liftOctaves), rows: rows)
        let half = max(1, Int(reach / 2))
        return loud.indices.map { row in
            let around = loud[max(0, row - half)..<min(rows, row + half + 1)]
            return max(around.reduce(0, +) / Float(around.count) + Self.headroomDecibels, loudest - Self.liftDecibels)
        }
    }
}
