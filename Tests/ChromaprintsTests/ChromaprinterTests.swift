import Chromaprints
import Fingerprints
import Foundation
import Frames
import Testing

@Suite("Chromaprints of sound in blocks")
struct ChromaprinterTests {
    private let rateHz = MonoBlock.sampleRateHz

    /// A run of notes, a fifth of a second each, from a fixed little generator.
    private func tune(seconds: Double, from: Double = 0) -> [Float] {
        (0..<Int(seconds * Double(rateHz))).map { index in
            let time = from + Double(index) / Double(rateHz)
            let note = (Int(time * 5) &* 2_654_435_761) >> 7 & 31
            return Float(0.3 * sin(2 * .pi * 110 * pow(2, Double(note) / 12) * time))
        }
    }

    private func print(_ blocks: [MonoBlock], secondsMax: Double? = nil) throws -> Chromaprint {
        var printer = try Chromaprinter(secondsMax: secondsMax)
        for block in blocks { printer.add(block) }
        return try printer.finish()
    }

    @Test("How the sound is cut into blocks makes no difference")
    func blocks() throws {
        let sound = tune(seconds: 12)
        let whole = try print([MonoBlock(pts: 0, samples: sound)])
        #expect(whole.words.count == 75)
        for size in [1, 777, 4096, 50_000] {
            let cut = stride(from: 0, to: sound.count, by: size).map {
                MonoBlock(pts: Double($0) / Double(rateHz), samples: Array(sound[$0..<min($0 + size, sound.count)]))
            }
            let words = try print(size == 1 ? Array(cut.prefix(60_000)) : cut).words
            #expect(words == Array(whole.words.prefix(words.count)), "blocks of \(size)")
            #expect(size == 1 || words == whole.words)
        }
    }

    @Test("A hole in the timestamps is silence, so that words keep their places")
    func hole() throws {
        let sound = tune(seconds: 30)
        let silence = [Float](repeating: 0, count: 2 * rateHz)
        let (before, after) = (Array(sound[..<(10 * rateHz)]), Array(sound[(12 * rateHz)...]))
        let filled = try print([MonoBlock(pts: 5, samples: before + silence + after)])
        let holed = try print([MonoBlock(pts: 5, samples: before), MonoBlock(pts: 17, samples: after)])
        #expect(holed.words == filled.words)
        #expect(holed.duration == 30)
        // Joined, as fpcalc does it, the second part stands 16 words too early.
        #expect(try print([MonoBlock(pts: 5, samples: before + after)]).words.count == filled.words.count - 16)
    }

    @Test("A hole of a month is ten seconds of silence")
    func month() throws {
        let sound = tune(seconds: 10)
        let silence = [Float](repeating: 0, count: 10 * rateHz)
        let far = try print([MonoBlock(pts: 0, samples: sound), MonoBlock(pts: 2_600_000, samples: sound)])
        #expect(far.words == (try print([MonoBlock(pts: 0, samples: sound + silence + sound)])).words)
    }

    @Test("Rounded timestamps are not holes")
    func rounding() throws {
        let sound = tune(seconds: 10)
        let blocks = stride(from: 0, to: sound.count, by: 1024).map {
            let time = Double($0) / Double(rateHz)
            return MonoBlock(
                pts: (time * 100).rounded() / 100, samples: Array(sound[$0..<min($0 + 1024, sound.count)]))
        }
        #expect(try print(blocks).words == print([MonoBlock(pts: 0, samples: sound)]).words)
    }

    @Test("The limit counts seconds of sound, and the duration is the whole file's")
    func limit() throws {
        let sound = tune(seconds: 20)
        let first = try print([MonoBlock(pts: 0, samples: sound)], secondsMax: 8)
        #expect(first.words == (try print([MonoBlock(pts: 0, samples: Array(sound.prefix(8 * rateHz)))])).words)
        #expect(first.duration == 20)
    }

    @Test("No sound and too little of it are told apart; numbers that are none are silence")
    func abstain() throws {
        #expect(try print([]).abstainReason == "no_audio")
        let short = try print([MonoBlock(pts: 0, samples: tune(seconds: 2))])
        #expect(short.abstainReason == "too_short" && short.words.isEmpty && short.duration == 2)
        let broken = try print([MonoBlock(pts: 0, samples: [Float](repeating: .nan, count: 5 * rateHz))])
        let silent = try print([MonoBlock(pts: 0, samples: [Float](repeating: 0, count: 5 * rateHz))])
        #expect(broken == silent && silent.words.allSatisfy { $0 == 627_964_279 })
    }
}
