import Foundation
import Frames
import Signals
import Testing

@Suite("Speech and music")
struct SoundContentTests {
    /// Ten seconds, mono, in pieces of `size` samples.
    private func content(pieces size: Int = 4_096, at gap: Double = 0, _ sample: (Double) -> Double) -> SoundSignal {
        let rate = Double(MonoBlock.sampleRateHz)
        let samples = (0..<Int(10 * rate)).map { Float(sample(Double($0) / rate)) }
        var meter = SoundMeter()
        // What the other measures need to hear, or the whole would be no sound.
        meter.add(SoundBlock(pts: 0, sampleRateHz: MonoBlock.sampleRateHz, channels: [samples], weights: [1]))
        for start in stride(from: 0, to: samples.count, by: size) {
            meter.add(
                MonoBlock(pts: Double(start) / rate, samples: Array(samples[start..<min(samples.count, start + size)])))
        }
        return meter.finish()
    }

    /// Chords that change twice a second, each note struck and held.
    private func chords(_ seconds: Double) -> Double {
        let roots = [220.0, 261.63, 329.63, 293.66]
        let root = roots[Int(seconds * 2) % roots.count], since = (seconds * 2).truncatingRemainder(dividingBy: 1) / 2
        var sum = 0.0
        for ratio in [1, 1.25, 1.5, 2, 3] { sum += sin(2 * .pi * root * ratio * seconds) }
        return 0.05 * exp(-2 * since) * sum
    }

    /// -1...1 for each sample of ten seconds.
    private static let hiss: [Double] = {
        var noise = Noise(state: 5)
        return (0..<111_000).map { _ in noise.next() }
    }()

    /// What a voice does, without its words: syllables of no fixed rhythm, about four a second, each a buzz of gliding
    /// pitch and then a hiss, and rests.
    private func babble(_ seconds: Double) -> Double {
        if seconds.truncatingRemainder(dividingBy: 2.3) > 1.8 { return 0 }
        let count = 4 * seconds + 0.5 * sin(2 * .pi * 0.7 * seconds) + 0.3 * sin(2 * .pi * 1.9 * seconds)
        let part = count - count.rounded(.down)
        if part >= 0.75 { return 0.035 * Self.hiss[Int((seconds * 11_025).rounded())] }
        // The phase of a pitch of 130 ± 30 Hz that sways 1.3 times a second.
        let phase = 2 * .pi * 130 * seconds - 30 / 1.3 * cos(2 * .pi * 1.3 * seconds)
        var buzz = 0.0
        for harmonic in 1...20 { buzz += sin(Double(harmonic) * phase) / Double(harmonic) }
        return 0.12 * sin(.pi * part / 0.75) * buzz
    }

    @Test("Struck and held chords are like music, and not like speech")
    func music() {
        let signal = content(chords)
        #expect(signal.musicShare == 1)
        #expect(signal.speechShare == 0)
        #expect(signal.musicBed == nil)
    }

    @Test("Gliding syllables with rests are like speech, and not like music")
    func speech() throws {
        let signal = content(babble)
        #expect(try #require(signal.speechShare) > 0.8)
        #expect((signal.musicShare ?? 0) < 0.2)
        #expect(signal.musicBed != true)
    }

    @Test("Under three seconds, and without the mono mix, nothing is said of speech and music")
    func tooShort() {
        let short = sound(rate: MonoBlock.sampleRateHz, seconds: 2.5, channels: 1, sine(440, dBFS: -12, rate: 11_025))
        var meter = SoundMeter()
        meter.add(short)
        meter.add(MonoBlock(pts: 0, samples: short.channels[0]))
        let signal = meter.finish()
        #expect(signal.speechShare == nil && signal.musicShare == nil && signal.musicBed == nil)
        #expect(signal.integratedLUFS != nil)
    }

    @Test(
        "What is said of speech and music does not depend on the pieces the sound comes in",
        arguments: [1, 37, 767, 60_000])
    func pieces(size: Int) {
        func mixed(_ seconds: Double) -> Double { chords(seconds) + babble(seconds) }
        #expect(content(pieces: size, mixed) == content(mixed))
    }

    @Test("Samples that are no numbers do not spoil the seconds after them")
    func hostileSamples() {
        let signal = content { seconds in seconds < 0.1 ? .nan : seconds < 0.2 ? .infinity : chords(seconds) }
        #expect((signal.musicShare ?? 0) > 0.7)
    }
}
