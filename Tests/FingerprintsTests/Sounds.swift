import Glibc

let rate = 11_025.0

func sine(cycles: Double) -> Double { sin(2 * Double.pi * cycles) }
func logarithm2(_ value: Double) -> Double { log2(value) }
func exponential2(_ value: Double) -> Double { exp2(value) }

/// Notes of changing pitch and length, two at a time with overtones: a made-up tune that never repeats.
func tune(seconds: Double, seed: UInt64) -> [Float] {
    var random = Random(state: seed)
    var samples = [Float](repeating: 0, count: Int(seconds * rate))
    for _ in 0..<2 {
        var at = 0
        while at < samples.count {
            let length = 1200 + Int(random.next() % 3500)
            let pitch = 150 * pow(2, Double(random.next() % 36) / 12)
            for k in 0..<min(length, samples.count - at) {
                let t = Double(k) / rate, fade = exp(-4 * Double(k) / Double(length))
                var value = 0.0
                for overtone in 1...5 { value += sine(cycles: pitch * Double(overtone) * t) / Double(overtone) }
                samples[at + k] += Float(0.12 * fade * value)
            }
            at += length
        }
    }
    return samples
}

/// White noise of the given root mean square, uniform.
func noise(_ count: Int, rms: Double, seed: UInt64) -> [Float] {
    var random = Random(state: seed)
    return (0..<count).map { _ in Float((Double(random.next() % 2_000_001) / 1e6 - 1) * rms * 1.732_050_8) }
}

func rootMeanSquare(_ samples: [Float]) -> Double {
    sqrt(samples.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(samples.count))
}
