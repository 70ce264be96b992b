import Foundation
import Frames
import Signals
import Testing

@Suite("Sound recorded off a loudspeaker")
struct SoundRecaptureTests {
    private static let rate = MonoBlock.sampleRateHz

    /// The same samples as sound and as mono sound, in pieces.
    private func heard(_ samples: [Float], pieces size: Int = 4_096, channels: Int = 1) -> SoundRecapture {
        var meter = SoundMeter()
        for start in stride(from: 0, to: samples.count, by: size) {
            let piece = Array(samples[start..<min(samples.count, start + size)])
            let pts = Double(start) / Double(Self.rate)
            meter.add(
                SoundBlock(
                    pts: pts, sampleRateHz: Self.rate, channels: Array(repeating: piece, count: channels),
                    weights: Array(repeating: 1, count: channels)))
            meter.add(MonoBlock(pts: pts, samples: piece))
        }
        return meter.recapture()
    }

    /// Syllables, four a second: a buzz of 90 to 150 Hz with a hiss at its start, at once there and soon gone, with a
    /// rest of half a second every two; behind it the noise of a good recording, 70 dB down.
    private func dry(_ seconds: Double) -> [Float] {
        var noise = Noise(state: 11)
        var phase = 0.0
        return (0..<Int(seconds * Double(Self.rate))).map { index in
            let time = Double(index) / Double(Self.rate)
            let hiss = noise.next()
            guard time.truncatingRemainder(dividingBy: 2) < 1.5 else { return Float(0.00003 * hiss) }
            let since = time.truncatingRemainder(dividingBy: 0.25)
            phase += 2 * .pi * (120 + 30 * sin(2 * .pi * 0.6 * time)) / Double(Self.rate)
            var buzz = 0.0
            for harmonic in 1...20 { buzz += cos(Double(harmonic) * phase + Double(harmonic * harmonic)) }
            let voice = since < 0.15 ? 0.02 * buzz : 0, consonant = since < 0.04 ? 0.1 * hiss : 0
            return Float(voice + consonant + 0.00003 * hiss)
        }
    }

    /// A small loudspeaker: four poles each at 285 and at 1,608 Hz, for the sound here ends at 5.5 kHz.
    private func band(_ samples: [Double]) -> [Double] {
        var played = samples
        for _ in 0..<4 {
            var before = 0.0, high = 0.0, low = 0.0
            for index in played.indices {
                high = 0.85 * (high + played[index] - before)
                before = played[index]
                low += 0.6 * (high - low)
                played[index] = low
            }
        }
        return played
    }

    /// A room that takes half a second to fall silent (M. R. Schroeder, "Natural sounding artificial reverberation",
    /// JAES 10(3), 1962: four combs, two all-passes), with a fifth of the sound as it comes.
    private func room(_ samples: [Double]) -> [Double] {
        var echo = [Double](repeating: 0, count: samples.count)
        for delay in [331, 371, 411, 437] {
            let gain = pow(10, -3 * Double(delay) / Double(Self.rate) / 0.5)
            var comb = samples
            for index in delay..<comb.count { comb[index] += gain * comb[index - delay] }
            for index in echo.indices { echo[index] += comb[index] / 4 }
        }
        for delay in [55, 19] {
            var output = echo
            for index in echo.indices {
                let late = index >= delay
                output[index] = -0.7 * echo[index] + (late ? echo[index - delay] + 0.7 * output[index - delay] : 0)
            }
            echo = output
        }
        return zip(echo, samples).map { 0.8 * $0 + 0.2 * $1 }
    }

    /// A microphone's, some 30 dB under the loud moments.
    private func noise(_ samples: [Double]) -> [Double] {
        var noise = Noise(state: 12)
        return samples.map { $0 + 0.004 * noise.next() }
    }

    private func hum(_ samples: [Double], _ mains: Double) -> [Double] {
        samples.indices.map { index in
            let time = Double(index) / Double(Self.rate)
            return samples[index] + (1...5).reduce(0) { $0 + 0.002 * sin(2 * .pi * mains * Double($1) * time) }
        }
    }

    private func replayed(_ samples: [Float]) -> [Float] {
        noise(room(band(samples.map(Double.init)))).map { Float($0) }
    }

    @Test("What is heard as it was made has a low probability, the same off a loudspeaker in a room a high one")
    func replay() throws {
        let voice = dry(16)
        let direct = heard(voice), off = heard(replayed(voice))
        #expect(try #require(direct.probability) < 0.01)
        #expect(direct.spans.isEmpty && direct.abstainReason == nil)
        #expect(try #require(off.probability) > 0.5)
        #expect(off.spans == [TimeSpan(start: 0, end: 16)])
        for cue in ["reverberation", "bass", "treble", "room"] {
            #expect(try #require(off.cues[cue]) > #require(direct.cues[cue]), "\(cue)")
        }
        // The room takes 60 dB / 0.5 s, the voice ends within a frame.
        #expect(try #require(off.evidence?.fallDecibelsPerSecond) < 500)
        #expect(try #require(direct.evidence?.fallDecibelsPerSecond) > 800)
    }

    @Test("One trace alone accuses nobody: a small band, a room, noise, hum, or a live voice in a noisy room")
    func oneTrace() throws {
        let voice = dry(9).map(Double.init)
        for samples in [band(voice), room(voice), noise(voice), hum(voice, 50), noise(room(voice))] {
            #expect(try #require(heard(samples.map { Float($0) }).probability) < 0.2)
        }
    }

    @Test("A stretch that was recorded off a loudspeaker has its span, to within a window")
    func span() throws {
        let voice = dry(56)
        let signal = heard(Array(voice[..<(24 * Self.rate)] + replayed(voice)[(24 * Self.rate)...]))
        let span = try #require(signal.spans.first)
        #expect(signal.spans.count == 1 && abs(span.start - 24) <= 8 && abs(span.end - 56) < 0.01)
        #expect(try #require(signal.probability) > 0.5)
    }

    @Test(
        "The mains are heard through the pauses at 50 and at 60 Hz, and not where there are none",
        arguments: [50.0, 60])
    func hum(mains: Double) throws {
        let voice = dry(12)
        let with = heard(hum(voice.map(Double.init), mains).map { Float($0) }), without = heard(voice)
        #expect(with.evidence?.humHz == mains)
        #expect(try #require(with.evidence?.humDecibels) > 12)
        #expect(with.cues["hum"] == 1)
        #expect(try #require(without.cues["hum"]) < 0.5)
    }

    @Test("Nothing is said of no sound, a short one, a faint one, and one without pauses")
    func abstaining() {
        var meter = SoundMeter()
        #expect(meter.recapture() == SoundRecapture(probability: nil, abstainReason: "no_audio"))
        #expect(heard(Array(dry(3))).abstainReason == "too_short")
        #expect(heard(dry(10).map { $0 * 0.0001 }).abstainReason == "too_quiet")
        #expect(heard(Array(repeating: 0, count: 10 * Self.rate)).abstainReason == "too_quiet")
        var noise = Noise(state: 13)
        let rain = heard((0..<(10 * Self.rate)).map { _ in Float(0.1 * noise.next()) })
        #expect(rain == SoundRecapture(probability: nil, abstainReason: "too_steady"))
    }

    /// Single samples once made the hum come later: its spectra began anew until the first frame was full.
    @Test("Blocks of any size give the same answer", arguments: [1, 1_000, 44_100])
    func blocks(size: Int) {
        let voice = replayed(dry(5))
        #expect(heard(voice, pieces: size) == heard(voice))
    }

    @Test("Two channels of one content are a hint that decides nothing")
    func dualMono() throws {
        let voice = dry(9)
        let one = heard(voice), two = heard(voice, channels: 2)
        #expect(one.cues["mono"] == 0 && two.cues["mono"] == 1)
        #expect(try #require(two.probability) - #require(one.probability) < 0.01)
    }

    @Test("Samples that are no numbers, and times that are no times, do not spoil the answer")
    func notNumbers() throws {
        var voice = dry(9)
        for index in stride(from: 0, to: voice.count, by: 997) { voice[index] = index % 2 == 0 ? .nan : .infinity }
        #expect((0...1).contains(try #require(heard(voice).probability)))
        var meter = SoundMeter()
        for pts in [Double.nan, -1e300, 1e300, 0] { meter.add(MonoBlock(pts: pts, samples: voice)) }
        #expect(meter.recapture().probability == nil)
    }
}
