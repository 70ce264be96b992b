import Fingerprints
import Frames
import Testing

func fingerprint(_ samples: [Float], from pts: Double = 0, chunk: Int = 4096) -> AudioFingerprint {
    var fingerprinter = AudioFingerprinter()
    for start in stride(from: 0, to: samples.count, by: chunk) {
        let block = Array(samples[start..<min(start + chunk, samples.count)])
        fingerprinter.add(MonoBlock(pts: pts + Double(start) / rate, samples: block))
    }
    return fingerprinter.finish()
}

/// Seconds by which most peaks of `query` are later in `reference`, and at how many distinct hops they agree.
func offset(of query: AudioFingerprint, in reference: AudioFingerprint) -> (seconds: Double, hops: Int) {
    var places: [UInt16: [UInt32]] = [:]
    for peak in reference.peaks { places[peak.band, default: []].append(peak.hop) }
    var votes: [Int: Set<UInt32>] = [:]
    for peak in query.peaks {
        for hop in places[peak.band] ?? [] { votes[Int(hop) - Int(peak.hop), default: []].insert(peak.hop) }
    }
    let best = votes.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }
    return (Double(best?.key ?? 0) * AudioFingerprint.hopSeconds, best?.value.count ?? 0)
}

/// `samples` with a tone burst of 60 ms at each of the times.
func bursts(_ seconds: Double, _ tones: [(at: Double, hz: Double)]) -> [Float] {
    var samples = [Float](repeating: 0, count: Int(seconds * rate))
    for tone in tones {
        for k in 0..<661 {
            let fade = sine(cycles: Double(k) / 1322)
            samples[Int(tone.at * rate) + k] += Float(0.3 * fade * fade * sine(cycles: tone.hz * Double(k) / rate))
        }
    }
    return samples
}

@Suite("Peaks of sound")
struct AudioTests {
    /// Hops are 11.61 ms. A burst at 1 s is loudest in the frame whose middle is its own, at 1.030 s: it begins at
    /// 0.9836 s, hop 84.7. 720 Hz are two octaves above 180 Hz: quarter band 192; a third up, 907.1 Hz, 32 more.
    @Test("Tones become peaks: the hop at which they are loudest, and their place in the octaves")
    func tones() {
        var tones: [(at: Double, hz: Double)] = []
        for k in 0..<12 { tones.append((1 + 0.5 * Double(k), [720, 907.14, 1440][k % 3])) }
        let found = fingerprint(bursts(8, tones))
        #expect(found.abstainReason == nil)
        for (k, tone) in tones.enumerated() {
            let hop = (tone.at - 0.0164) / AudioFingerprint.hopSeconds
            let band = [192, 224, 288][k % 3]
            #expect(
                found.peaks.contains { abs(Double($0.hop) - hop) <= 2 && abs(Int($0.band) - band) <= 2 },
                "\(tone.hz) Hz at \(tone.at) s")
        }
        // Nothing sounds before the first burst, nothing after the last.
        #expect(found.peaks.allSatisfy { (78...562).contains($0.hop) })
    }

    @Test("A click train has its peaks at the clicks")
    func clicks() {
        var samples = noise(Int(6 * rate), rms: 0.0002, seed: 4)
        let at = [1.0, 1.4, 2.1, 2.7, 3.6, 4.2, 4.9]
        for click in at { for k in 0..<40 { samples[Int(click * rate) + k] += k % 2 == 0 ? 0.5 : -0.4 } }
        let loudest = fingerprint(samples).peaks.filter { peak in
            // A frame holds the click where it begins at most 93 ms before.
            let start = Double(peak.hop) * AudioFingerprint.hopSeconds
            return at.contains { $0 - 0.094 < start && start < $0 + 0.012 }
        }
        #expect(loudest.count >= 7)
    }

    @Test("A chirp of 500 Hz a second climbs along its peaks")
    func chirp() {
        var cycles = 0.0
        let samples = (0..<Int(6 * rate)).map { k -> Float in
            let t = Double(k) / rate
            // Stepped every 80 ms, since a smooth glide has no onsets; without a jump, which would be a click.
            let step = (t / 0.08).rounded(.down) * 0.08
            cycles += (400 + 500 * step) / rate
            return Float(0.3 * sine(cycles: cycles) * (0.6 + 0.4 * sine(cycles: t / 0.08)))
        }
        let found = fingerprint(samples)
        #expect((20...120).contains(found.peaks.count))  // 75 steps of one peak each, some too near to the next
        for peak in found.peaks {
            let hz = AudioFingerprint.hertz(band: peak.band)
            let middle = (Double(peak.hop) + 4) * AudioFingerprint.hopSeconds
            #expect(abs(hz - (400 + 500 * middle)) < 160, "\(hz) Hz at \(middle) s")
        }
    }

    @Test("The cut into blocks makes no difference", arguments: [1, 97, 128, 1024, 5000, 1_000_000])
    func chunks(size: Int) {
        let sound = tune(seconds: size == 1 ? 4 : 20, seed: 1)
        let whole = fingerprint(sound, from: 0.3)
        #expect(fingerprint(sound, from: 0.3, chunk: size) == whole)
        #expect(whole.peaks.count > 100)
    }

    @Test("Eight sounds at once have the peaks that they have one after the other")
    func threads() async {
        let sounds = (1...8).map { tune(seconds: 4, seed: $0) }
        let alone = sounds.map { fingerprint($0) }
        let together = await withTaskGroup(of: (Int, AudioFingerprint).self) { group in
            for (number, sound) in sounds.enumerated() { group.addTask { (number, fingerprint(sound)) } }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        for (number, found) in alone.enumerated() { #expect(together[number] == found, "sound \(number + 1)") }
        #expect(alone.allSatisfy { $0.peaks.count > 40 })
    }

    @Test("Peaks are ordered by hop, then band, at 20 to 45 a second")
    func order() {
        let found = fingerprint(tune(seconds: 20, seed: 2)).peaks
        #expect((400...900).contains(found.count))
        #expect(zip(found, found.dropFirst()).allSatisfy { ($0.hop, $0.band) <= ($1.hop, $1.band) })
    }

    @Test("A gap in pts moves what follows by its length")
    func gap() {
        let sound = tune(seconds: 12, seed: 3)
        let whole = fingerprint(sound)
        var fingerprinter = AudioFingerprinter()
        fingerprinter.add(MonoBlock(pts: 0, samples: sound))
        fingerprinter.add(MonoBlock(pts: 112, samples: sound))
        let twice = fingerprinter.finish()
        let later = AudioFingerprint(peaks: twice.peaks.filter { $0.hop > 9000 })
        let found = offset(of: whole, in: later)
        #expect(abs(found.seconds - 112) < 0.03)
        #expect(Double(found.hops) > 0.5 * Double(Set(whole.peaks.map(\.hop)).count))
    }

    @Test("Samples that come a second time are dropped")
    func overlap() {
        let sound = tune(seconds: 8, seed: 5)
        var fingerprinter = AudioFingerprinter()
        fingerprinter.add(MonoBlock(pts: 0, samples: Array(sound[..<50_000])))
        fingerprinter.add(MonoBlock(pts: 30_000 / rate, samples: Array(sound[30_000...])))
        #expect(fingerprinter.finish() == fingerprint(sound))
    }

    /// The requirement: unknown offset, other sample alignment, band-limited and noisy.
    @Test("Ten seconds at 5 dB above noise are found at their place, within 30 ms", arguments: [3.217, 21.0, 33.333])
    func excerpt(start: Double) {
        let reference = tune(seconds: 45, seed: 6)
        let from = Int(start * rate)
        var copy = Array(reference[from..<from + Int(10 * rate)])
        // Half a sample of delay, and the high end dulled as a low-rate encoder does.
        for k in stride(from: copy.count - 1, to: 0, by: -1) { copy[k] = (copy[k] + copy[k - 1]) / 2 }
        let hiss = noise(copy.count, rms: rootMeanSquare(copy) / 1.778, seed: 8)
        for k in copy.indices { copy[k] = (copy[k] + hiss[k]) * 0.3 }
        let found = offset(of: fingerprint(copy), in: fingerprint(reference))
        #expect(abs(found.seconds - start) < 0.03)
        #expect(found.hops >= 20)
        // Another tune agrees with it at a few moments only.
        #expect(offset(of: fingerprint(copy), in: fingerprint(tune(seconds: 45, seed: 7))).hops < 10)
    }

    @Test("What holds nothing to recognise has no peaks, with the reason")
    func abstention() {
        let hum = (0..<Int(10 * rate)).map {
            Float(0.3 * sine(cycles: 50 * Double($0) / rate) + 0.2 * sine(cycles: 440 * Double($0) / rate))
        }
        #expect(AudioFingerprinter().finish() == AudioFingerprint(peaks: [], abstainReason: "no_audio"))
        #expect(fingerprint([]).abstainReason == "no_audio")
        #expect(fingerprint(tune(seconds: 0.9, seed: 1)).abstainReason == "too_short")
        #expect(
            fingerprint([Float](repeating: 0, count: 100_000))
                == AudioFingerprint(peaks: [], abstainReason: "silence"))
        #expect(fingerprint(noise(100_000, rms: 1e-5, seed: 1)).abstainReason == "silence")
        #expect(fingerprint(hum) == AudioFingerprint(peaks: [], abstainReason: "steady_tone"))
    }

    @Test("Hostile samples and times are survived")
    func hostile() {
        var fingerprinter = AudioFingerprinter()
        fingerprinter.add(MonoBlock(pts: .nan, samples: [Float](repeating: .nan, count: 3000)))
        fingerprinter.add(MonoBlock(pts: -.infinity, samples: [Float](repeating: .infinity, count: 3000)))
        fingerprinter.add(MonoBlock(pts: 1e300, samples: [Float](repeating: -1e38, count: 3000)))
        fingerprinter.add(MonoBlock(pts: -5, samples: tune(seconds: 8, seed: 1)))
        fingerprinter.add(MonoBlock(pts: 4_000_000, samples: tune(seconds: 2, seed: 1)))
        #expect(fingerprinter.finish().peaks.allSatisfy { $0.hop < 400_000_000 })
    }
}
