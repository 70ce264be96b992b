import Frames
import Signals
import Testing

@Suite("Channels and dead air")
struct SoundChannelTests {
    private static let rate = 48_000

    private func stereo(_ left: (Int) -> Double, _ right: (Int) -> Double) -> SoundSignal {
        let samples = 0..<(2 * Self.rate)
        return measured([
            SoundBlock(
                pts: 0, sampleRateHz: Self.rate,
                channels: [samples.map { Float(left($0)) }, samples.map { Float(right($0)) }],
                weights: [1, 1])
        ])
    }

    @Test("One content on two channels is dual mono, whichever is louder")
    func dualMono() {
        let tone = sine(440, dBFS: -12, rate: Self.rate)
        let same = stereo(tone, tone), panned = stereo(tone) { tone($0) / 4 }
        #expect(same.channelKind == .dualMono && same.stereoCorrelation == 1 && same.stereoWidth == 0)
        #expect(panned.channelKind == .dualMono && panned.stereoCorrelation == 1)
    }

    @Test("A channel that is the other's negative is told by its correlation: played as one, nothing is left")
    func inverted() {
        let tone = sine(440, dBFS: -12, rate: Self.rate)
        let signal = stereo(tone) { -tone($0) }
        #expect(signal.channelKind == .dualMono && signal.stereoCorrelation == -1 && signal.stereoWidth == 1)
    }

    @Test("Two contents are stereo, with nothing in common and half as wide as can be")
    func wide() throws {
        let signal = stereo(sine(440, dBFS: -12, rate: Self.rate), sine(660, dBFS: -12, rate: Self.rate))
        #expect(signal.channelKind == .stereo)
        #expect(signal.stereoCorrelation == 0 && signal.stereoWidth == 0.5)
    }

    @Test("A content on one of two channels is one-sided; one and six channels are mono and surround")
    func otherKinds() {
        let tone = sine(440, dBFS: -12, rate: Self.rate)
        let oneSided = stereo(tone) { _ in 0 }
        #expect(oneSided.channelKind == .oneSided && oneSided.stereoCorrelation == nil && oneSided.stereoWidth == 0.5)
        #expect(measured([sound(rate: Self.rate, seconds: 1, channels: 1, tone)]).channelKind == .mono)
        let six = measured([sound(rate: Self.rate, seconds: 1, channels: 6, tone)])
        #expect(six.channelKind == .surround && six.stereoWidth == nil)
    }

    @Test("Dead air is silence of two seconds and more")
    func deadAir() {
        let tone = sine(440, dBFS: -12, rate: 8_000)
        let signal = measured([
            sound(rate: 8_000, seconds: 10) { n in
                let seconds = Double(n) / 8_000
                return (1..<2).contains(seconds) || (4..<7).contains(seconds) ? 0 : tone(n)
            }
        ])
        #expect(signal.silenceShare == 0.4 && signal.deadAirShare == 0.3)
    }
}
