import Foundation
import Frames
import Signals
import Testing

/// Ticks of 30 frames a second. From `thinned` on every second one is left out, but for an eighth of these.
private func ticks(_ seconds: Double, thinned: Double = 1, _ draw: (Double) -> LumaImage) -> [FrameTick] {
    var kept: [FrameTick] = []
    var passedOver = 0
    for frame in 0..<Int(seconds * 30) {
        let pts = Double(frame) / 30
        if pts >= thinned, frame % 2 == 1, frame % 16 != 1 {
            passedOver += 1
            continue
        }
        kept.append(FrameTick(pts: pts, duration: 1.0 / 30, thumb: draw(pts), passedOver: passedOver))
        passedOver = 0
    }
    return kept
}

@Suite("What detectors make of film with frames left out")
struct PassingOverTests {
    private func answer(_ ticks: [FrameTick], end: Double) -> StaticSignal {
        var detector = StaticDetector()
        for tick in ticks { detector.add(tick) }
        return detector.finish(videoEnd: end)
    }

    /// Moves by a pixel a frame.
    private func film(_ pts: Double, of seed: UInt64 = 9) -> LumaImage {
        picture(seed).shifted(by: Int((pts * 30).rounded()))
    }

    @Test("Half a second of film is enough to leave frames out; a picture that stands wants every frame")
    func sureOfFilm() {
        var detector = StaticDetector()
        var sure: [Bool] = []
        for frame in 0..<90 {
            let pts = Double(frame) / 30
            detector.add(FrameTick(pts: pts, thumb: pts < 2 ? film(pts) : picture(3)))
            sure.append(detector.isSureOfFilm)
        }
        #expect(sure.firstIndex(of: true).map { (15...20).contains($0) } == true)
        #expect(sure[20..<60].allSatisfy { $0 })
        #expect(sure[61...].allSatisfy { !$0 })
    }

    @Test("A still with film in a quarter of it wants every frame")
    func quarter() {
        var detector = StaticDetector()
        for frame in 0..<120 {
            let pts = Double(frame) / 30, moving = film(pts)
            var thumb = picture(3)
            for y in 0..<32 { for x in 0..<32 { thumb[x, y] = moving[x, y] } }
            detector.add(FrameTick(pts: pts, thumb: thumb))
            #expect(!detector.isSureOfFilm)
        }
    }

    @Test("A cut in film is found where the next decoded frame is, and motion over two frames is none")
    func cut() {
        let signal = answer(ticks(6) { self.film($0, of: $0 < 3.43 ? 9 : 12) }, end: 6)
        // The frame at 3.433 is left out.
        #expect(signal.shots?.map(\.start) == [0, 3.467])
        #expect(signal.share == 0)
    }

    @Test("A loop is found with its period, to the frame")
    func loop() {
        let signal = answer(ticks(12) { self.film($0.truncatingRemainder(dividingBy: 1.5)) }, end: 12)
        #expect(signal.loopPeriod == 1.5)
    }

    @Test("An even pan is steady, and trembling trembles, with every second frame as with all")
    func steadiness() throws {
        func shake(_ place: @escaping (Double) -> Double, thinned: Double) throws -> Double {
            var meter = QualityMeter()
            for tick in ticks(
                4, thinned: thinned,
                { pts in
                    LumaImage(width: 64, height: 64, filledWith: 0).changed { x, y in
                        Int(128 + 60 * sin((Double(x) + place(pts)) / 5) + 50 * cos(Double(y) / 7))
                    }
                })
            {
                meter.add(tick)
            }
            let scene = LumaImage(width: 320, height: 240, filledWith: 100).changed { x, y in (x / 16 + y / 16) % 2 * 90
            }
            meter.add(WorkingFrame(pts: 0, luma: scene))
            return try #require(meter.finish().parts["stability"]?.value)
        }
        #expect(try shake({ $0 * 30 }, thinned: 1) < 0.4)
        let trembling: (Double) -> Double = { 2 * sin($0 * 25) }
        let (all, half) = (try shake(trembling, thinned: 9), try shake(trembling, thinned: 1))
        #expect(all > 0.5)
        #expect((0.7...1.4).contains(half / all), "\(half) of \(all)")
    }

    @Test("No band in the first two seconds lets frames be left out; a band too quick for half of the frames does not")
    func bands() {
        func mayPassOver(hz: Double?) -> (after2: Bool, after3: Bool) {
            var meter = RecaptureMeter()
            var states: [Bool] = []
            for tick in ticks(
                3, thinned: 9,
                { pts in
                    LumaImage(width: 64, height: 64, filledWith: 120).changed { x, y in
                        let band = hz.map { 12 * sin(2 * .pi * ($0 * pts - 2 * Double(y) / 64)) } ?? 0
                        return Int(band) + ((x + Int(pts * 30)) % 20 < 6 ? 40 : 0)
                    }
                })
            {
                meter.add(tick)
                states.append(meter.mayPassOver)
            }
            return (states[58], states[80])
        }
        #expect(mayPassOver(hz: nil) == (false, true))
        #expect(mayPassOver(hz: 10) == (false, false))
    }
}
