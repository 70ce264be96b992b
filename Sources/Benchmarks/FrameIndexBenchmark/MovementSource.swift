import BenchmarkSupport
import Fingerprints

/// Traces of movement that nobody filmed: a row of real clips' traces, each with its steps in the order of a random start.
struct MovementSource {
    private let clips: [MovementTrace]

    init(from clips: [MediaFingerprint]) { self.clips = clips.map(\.movement.trace).filter { $0.steps > 0 } }

    func reference(_ number: Int, seconds: Double) -> MovementFingerprint {
        guard !clips.isEmpty else { return .none }
        var dice = Dice(UInt64(number) &* 49_979_687 &+ 7)
        let wanted = Int(seconds / MovementTrace.period) * MovementTrace.cells
        var codes: [Int8] = []
        while codes.count < wanted {
            let clip = clips[dice.below(clips.count)], from = dice.below(clip.steps) * MovementTrace.cells
            codes += clip.codes[from...]
            codes += clip.codes[..<from]
        }
        return MovementFingerprint(trace: MovementTrace(codes: Array(codes.prefix(wanted))))
    }
}
