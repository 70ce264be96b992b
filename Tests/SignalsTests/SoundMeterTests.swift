import Foundation
import Frames
import Signals
import Testing

/// `seconds` of sound in one block, every channel the same function of the sample's number.
func sound(rate: Int, seconds: Double, channels: Int = 2, at pts: Double = 0, _ sample: (Int) -> Double) -> SoundBlock {
    let samples = (0..<Int(seconds * Double(rate))).map { Float(sample($0)) }
    return SoundBlock(
        pts: pts, sampleRateHz: rate, channels: Array(repeating: samples, count: channels),
        weights: Array(repeating: 1, count: channels))
}

func sine(_ hz: Double, dBFS: Double, rate: Int) -> (Int) -> Double {
    { pow(10, dBFS / 20) * sin(2 * .pi * hz * Double($0) / Double(rate)) }
}

func measured(_ blocks: [SoundBlock]) -> SoundSignal {
    var meter = SoundMeter()
    for block in blocks { meter.add(block) }
    return meter.finish()
}

/// A fixed sequence, so that every run sees the same noise.
struct Noise {
    var state: UInt64
    /// Uniform in -1...1.
    mutating func next() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(Int64(bitPattern: state) >> 11) / Double(1 << 52)
    }
}

@Suite("Loudness, silence, clipping and bandwidth of sound")
struct SoundMeterTests {
    // EBU Tech 3341, minimum requirements, test signals 1 and 2: a stereo sine of 1 kHz.
    @Test(
        "A stereo sine of 1 kHz at -23 and -33 dBFS measures as many LUFS, at every sample rate",
        arguments: [(-23.0, 48_000), (-33.0, 48_000), (-23.0, 44_100), (-23.0, 8_000), (-23.0, 96_000)])
    func sineLoudness(level: Double, rate: Int) throws {
        let signal = measured([sound(rate: rate, seconds: 2, sine(1000, dBFS: level, rate: rate))])
        let loudness = try #require(signal.integratedLUFS)
        #expect(abs(loudness - level) < 0.1)
    }

    // EBU Tech 3341, test signal 3: 10 s at -36, 60 s at -23, 10 s at -36 dBFS (shortened).
    @Test("Quiet parts do not pull the loudness down: the relative gate leaves them out")
    func relativeGate() throws {
        let parts = [(-36.0, 3.0), (-23.0, 24.0), (-36.0, 3.0)]
        var pts = 0.0
        var blocks: [SoundBlock] = []
        for (level, seconds) in parts {
            blocks.append(sound(rate: 48_000, seconds: seconds, at: pts, sine(1000, dBFS: level, rate: 48_000)))
            pts += seconds
        }
        let loudness = try #require(measured(blocks).integratedLUFS)
        #expect(abs(loudness + 23) < 0.1)
    }

    // EBU Tech 3341, test signal 6: 5.0 channels at -28, -24 and -30 dBFS measure -23 LUFS.
    @Test("Surround channels weigh 1.41")
    func surround() throws {
        let rate = 48_000
        func channel(_ level: Double) -> [Float] {
            sound(rate: rate, seconds: 2, channels: 1, sine(1000, dBFS: level, rate: rate)).channels[0]
        }
        let block = SoundBlock(
            pts: 0, sampleRateHz: rate,
            channels: [channel(-28), channel(-28), channel(-24), channel(-30), channel(-30)],
            weights: [1, 1, 1, 1.41, 1.41])
        let loudness = try #require(measured([block]).integratedLUFS)
        #expect(abs(loudness + 23) < 0.1)
    }

    // EBU Tech 3342, test signals 1 and 2: 20 s at one level and 20 s at another (halved).
    @Test("The loudness range of two levels is their distance", arguments: [(-20.0, -30.0, 10.0), (-20.0, -15.0, 5.0)])
    func loudnessRange(first: Double, second: Double, expected: Double) throws {
        let signal = measured([
            sound(rate: 48_000, seconds: 10, sine(1000, dBFS: first, rate: 48_000)),
            sound(rate: 48_000, seconds: 10, at: 10, sine(1000, dBFS: second, rate: 48_000)),
        ])
        let range = try #require(signal.loudnessRangeLU)
        #expect(abs(range - expected) < 1)
    }

    @Test("The loudness curve holds the loudest 0.4 s of each second, and -70 where nothing is to be heard")
    func loudnessCurve() {
        // A stereo sine of 1 kHz measures as many LUFS as dBFS. From 2.3 s on for 0.1 s it is louder: a quarter of a block,
        // 10 log10((3 · 10^-3 + 10^-2) / 4) = -24.9 LUFS. The block around 4 s is half silent, -33 LUFS.
        let rate = 48_000
        let levels = sound(rate: rate, seconds: 5) { n in
            let seconds = Double(n) / Double(rate)
            let level = seconds >= 4 ? -120.0 : (2.3..<2.4).contains(seconds) ? -20 : -30
            return sine(1000, dBFS: level, rate: rate)(n)
        }
        let signal = measured([levels])
        #expect(signal.loudness == [-30, -30, -24.9, -30, -33])
        #expect(signal.loudnessPeriod == 1)
    }

    @Test("Seconds without sound lie in the loudness curve where they lie in the file")
    func loudnessGap() {
        let tone = sine(1000, dBFS: -20, rate: 48_000)
        let signal = measured([
            sound(rate: 48_000, seconds: 1, at: 2, tone), sound(rate: 48_000, seconds: 1, at: 5, tone),
        ])
        #expect(signal.loudness == [-70, -70, -20, -70, -70, -20])
    }

    @Test("The loudness of a long sound is told in at most 120 values")
    func longLoudness() {
        let tone = sine(200, dBFS: -20, rate: 1_000)
        let signal = measured([sound(rate: 1_000, seconds: 500, channels: 1, tone)])
        #expect(signal.loudnessPeriod == 8 && signal.loudness?.count == 63)
    }

    @Test("A second of nothing between tones is a silent span, a short rest is not")
    func silence() {
        let tone = sine(440, dBFS: -12, rate: 44_100)
        let signal = measured([
            sound(rate: 44_100, seconds: 6) { n in
                let seconds = Double(n) / 44_100
                return (2.0..<3.0).contains(seconds) || (4.0..<4.3).contains(seconds) ? 0 : tone(n)
            }
        ])
        #expect(signal.silence == [TimeSpan(start: 2, end: 3)])
        #expect(signal.silenceShare == 0.1667)
    }

    @Test("A sine driven 6 dB over full scale is clipped for two thirds of its samples, and only there")
    func clipping() throws {
        let loud = sine(100, dBFS: 6.0206, rate: 48_000)
        let signal = measured([
            sound(rate: 48_000, seconds: 3) { n in
                (48_000..<96_000).contains(n) ? max(-1, min(1, loud(n))) : 0.1 * loud(n)
            }
        ])
        // |2 sin x| >= 1 for 2/3 of a period; one second of three.
        let share = try #require(signal.clippingShare)
        #expect(abs(share - 2.0 / 9) < 0.002)
        #expect(signal.clipping == [TimeSpan(start: 1, end: 2)])
        #expect(signal.samplePeakDBFS == 0)
    }

    @Test("A clean sine at full scale is not clipped")
    func fullScaleSine() {
        let signal = measured([sound(rate: 48_000, seconds: 1, sine(5000, dBFS: 0, rate: 48_000))])
        #expect(signal.clippingShare == 0)
        #expect(signal.clipping.isEmpty)
    }

    @Test("Noise with nothing above 8 kHz reaches to 8 kHz, white noise to half the sample rate")
    func bandwidth() throws {
        // A sum of many sines under 8 kHz is band-limited noise with an exact edge.
        var noise = Noise(state: 7)
        let tones = (1...400).map { (hz: Double($0) * 20, phase: noise.next() * .pi) }
        let limited = measured([
            sound(rate: 44_100, seconds: 1, channels: 1) { n in
                tones.reduce(0) { $0 + 0.01 * sin(2 * .pi * $1.hz * Double(n) / 44_100 + $1.phase) }
            }
        ])
        let edge = try #require(limited.bandwidthHz)
        // The skirts of the window carry an edge outwards by about ten bins of 21.5 Hz at -75 dB.
        #expect(abs(edge - 8000) < 300)
        let white = measured([sound(rate: 44_100, seconds: 2, channels: 1) { _ in 0.2 * noise.next() }])
        #expect(white.bandwidthHz == 22_050)
    }

    @Test("The answer does not depend on how the sound was cut into blocks", arguments: [1, 441, 1024, 30_000])
    func chunks(size: Int) {
        var noise = Noise(state: 3)
        let whole = sound(rate: 44_100, seconds: 2.2) { n in
            let seconds = Double(n) / 44_100
            let value = 1.6 * noise.next()
            return (1.0..<1.8).contains(seconds) ? 0 : max(-1, min(1, value * seconds / 3))
        }
        let count = whole.channels[0].count
        let parts = stride(from: 0, to: count, by: size).map { start in
            let range = start..<min(count, start + size)
            return SoundBlock(
                pts: Double(start) / 44_100, sampleRateHz: 44_100,
                channels: whole.channels.map { Array($0[range]) }, weights: whole.weights)
        }
        #expect(measured(parts) == measured([whole]))
    }

    @Test("No sound and silent sound abstain, each with its reason")
    func abstention() {
        #expect(measured([]).abstainReason == "no_audio")
        let silent = measured([sound(rate: 48_000, seconds: 2) { _ in 0 }])
        #expect(silent.abstainReason == "silence")
        #expect(silent.silenceShare == 1)
        #expect(silent.integratedLUFS == nil && silent.loudness == nil)
    }

    @Test("Samples that are no numbers do not spoil what follows")
    func hostileSamples() throws {
        var block = sound(rate: 48_000, seconds: 5, sine(1000, dBFS: -23, rate: 48_000))
        block.channels[0][10] = .nan
        block.channels[1][11] = .nan
        let loudness = try #require(measured([block]).integratedLUFS)
        #expect(abs(loudness + 23) < 0.1)
    }

    @Test("A gap in the timestamps moves what follows it")
    func gap() {
        let tone = sine(440, dBFS: -12, rate: 48_000)
        let signal = measured([
            sound(rate: 48_000, seconds: 1, tone),
            sound(rate: 48_000, seconds: 2, at: 5) { n in n < 48_000 ? 0 : tone(n) },
        ])
        #expect(signal.silence == [TimeSpan(start: 5, end: 6)])
    }
}
