internal import CKernels

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Spectra of the rows' light in time, summed over stretches of 2.1 s: 32 temporal by 64 vertical frequencies.
struct BandSpectrum: Sendable {
    /// The strongest wave: dB over its surroundings, its frequency in Hz, and bands over the height of the picture.
    struct Wave: Sendable, Equatable {
        var decibels = 0.0
        var hz = 0.0
        var cycles = 0
    }

    private static let side = BandCue.side
    /// Power of the strips' mean, and mean power of the strips.
    private var coherent = [Double](repeating: 0, count: side / 2 * side)
    private var power = [Double](repeating: 0, count: side / 2 * side)
    private(set) var stretches = 0

    mutating func add(_ steps: [Float], _ twiddles: Twiddles, _ window: [Float]) {
        precondition(steps.count == Self.side * BandCue.values, "a stretch of \(steps.count) steps")
        twiddles.bandSpectrum(steps, window, &coherent, &power)
        stretches += 1
    }

    mutating func add(_ other: BandSpectrum) {
        for bin in coherent.indices {
            coherent[bin] += other.coherent[bin]
            power[bin] += other.power[bin]
        }
        stretches += other.stretches
    }

    /// The wave that stands highest over the middle of its neighbours in frequency; nil without a whole stretch.
    func wave(_ p: RecaptureParameters) -> Wave? {
        guard stretches > 0 else { return nil }
        let n = Self.side
        // Steps of a wave of amplitude a at f have the amplitude 2 a sin(pi f / rate); the windows' sums halve it.
        let unit = Double(n * n) / 4 / 2
        let floor = p.bandFloor * p.bandFloor
        let lowest = Int((p.bandLowestHz * Double(n) / p.profileHz).rounded(.up)), highest = n / 2 - 2
        var best = Wave()
        for cycles in 1...p.bandCycles {
            for signed in [cycles, -cycles] {
                let column = (signed + n) % n
                let line = (0..<(n / 2)).map { bin in
                    let gain = 2 * sin(.pi * Double(bin) / Double(n))
                    return coherent[bin * n + column] / Double(stretches) / max(gain * gain, 1e-3) / (unit * unit)
                }
                for bin in lowest...highest
                where coherent[bin * n + column] >= p.bandCoherence * power[bin * n + column] {
                    let near = Array(line[max(1, bin - p.bandNeighbours)..<min(n / 2 - 1, bin + p.bandNeighbours + 1)])
                    guard let middle = quantile(near, 0.5) else { continue }
                    let decibels = Double.decibels(ofPower: max(line[bin] / (middle + floor), 1))
                    guard decibels > best.decibels else { continue }
                    best = Wave(
                        decibels: decibels, hz: Double(bin) * p.profileHz / Double(n), cycles: cycles)
                }
            }
        }
        return best
    }
}
