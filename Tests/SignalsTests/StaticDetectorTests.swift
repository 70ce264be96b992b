import Frames
import Signals
import Testing

/// A textured 64x64 picture; another seed is another picture.
func picture(_ seed: UInt64) -> LumaImage {
    var noise = Noise(state: seed &* 0x9E37_79B9_7F4A_7C15 | 1)
    var cells = [Double](repeating: 0, count: 256)
    for index in cells.indices { cells[index] = 128 + 100 * noise.next() }
    var image = LumaImage(width: 64, height: 64, filledWith: 0)
    for y in 0..<64 { for x in 0..<64 { image[x, y] = UInt8(cells[y / 4 * 16 + x / 4]) } }
    return image
}

extension LumaImage {
    func filling(x: Range<Int>, y: Range<Int>, with value: UInt8) -> LumaImage {
        var copy = self
        for row in y { for column in x { copy[column, row] = value } }
        return copy
    }

    /// Every pixel changed by `change`, within the range.
    func changed(_ change: (Int, Int) -> Int) -> LumaImage {
        var copy = self
        for row in 0..<height {
            for column in 0..<width {
                copy[column, row] = UInt8(max(0, min(255, Int(self[column, row]) + change(column, row))))
            }
        }
        return copy
    }

    func shifted(by pixels: Int) -> LumaImage {
        var copy = self
        for row in 0..<height { for column in 0..<width { copy[column, row] = self[(column + pixels) % width, row] } }
        return copy
    }
}

/// `seconds` of ticks at `fps`, drawn by time and frame number, answered.
func detected(seconds: Double, fps: Double = 30, _ draw: (Double, Int) -> LumaImage) -> StaticSignal {
    var detector = StaticDetector()
    for frame in 0..<Int((seconds * fps).rounded()) {
        detector.add(FrameTick(pts: Double(frame) / fps, duration: 1 / fps, thumb: draw(Double(frame) / fps, frame)))
    }
    return detector.finish(videoEnd: seconds)
}

/// Moves by two pixels a frame at 30 frames a second, whatever the rate.
func panning(_ seconds: Double) -> LumaImage { picture(9).shifted(by: Int((seconds * 60).rounded())) }

@Suite("Stills, freezes, slideshows and loops")
struct StaticDetectorTests {
    @Test("A picture that stops is still from there on, though a key frame sharpens it a quarter of a second later")
    func sharpened() {
        func spans(after stop: LumaImage) -> [StaticSignal.Span] {
            var detector = StaticDetector()
            for frame in 0..<120 {
                let thumb = frame < 60 ? panning(Double(frame) / 30) : frame < 68 ? stop : picture(3)
                detector.add(FrameTick(pts: Double(frame) / 30, thumb: thumb, isKeyframe: frame == 0 || frame == 68))
            }
            return detector.finish(videoEnd: 4).spans
        }
        let coarse = picture(3).changed { x, y in (x / 2 + y / 2) % 2 * 6 - 3 }
        #expect(spans(after: coarse) == [.init(start: 2, end: 4, kind: .freeze)])
        // Another picture that stood so long is its own.
        #expect(spans(after: picture(4)) == [.init(start: 2.267, end: 4, kind: .freeze)])
    }

    @Test("One picture throughout is a still")
    func still() {
        let signal = detected(seconds: 4) { _, _ in picture(1) }
        #expect(signal.share == 1)
        #expect(signal.spans == [.init(start: 0, end: 4, kind: .still)])
    }

    @Test("A moving picture is not static")
    func motion() {
        let signal = detected(seconds: 4) { time, _ in panning(time) }
        #expect(signal.share == 0)
        #expect(signal.spans.filter { $0.kind != .loop }.isEmpty)
    }

    @Test("Footage that stops is a freeze, with the same seconds at any frame rate", arguments: [15.0, 30.0, 60.0])
    func freeze(fps: Double) {
        let signal = detected(seconds: 8, fps: fps) { time, _ in panning(time < 2 ? time : time < 5 ? 2 : time - 3) }
        let spans = signal.spans.filter { $0.kind == .freeze }
        #expect(spans.count == 1)
        // The first frame of motion differs one frame after the stop ends.
        #expect(abs((spans.first?.start ?? -1) - 2) < 0.001)
        #expect(abs((spans.first?.end ?? -1) - (5 + 1 / fps)) < 0.001)
    }

    @Test("Frames at uneven times give the same freeze")
    func variableFrameRate() {
        var detector = StaticDetector()
        var pts = 0.0
        var frame = 0
        while pts < 8 {
            detector.add(FrameTick(pts: pts, thumb: panning(pts < 2 ? pts : pts < 5 ? 2 : pts - 3)))
            pts += frame % 3 == 0 ? 0.05 : 0.025
            frame += 1
        }
        let spans = detector.finish(videoEnd: 8).spans.filter { $0.kind == .freeze }
        #expect(spans.count == 1)
        #expect(abs((spans.first?.start ?? -1) - 2) <= 0.05)
        #expect(abs((spans.first?.end ?? -1) - 5) <= 0.1)
    }

    @Test("Coding flicker at every key frame does not break a still")
    func flicker() {
        let signal = detected(seconds: 6) { _, frame in
            let group = frame / 15
            return picture(1).changed { x, y in (x + y + group) % 2 == 0 ? 2 : -2 }
        }
        #expect(signal.spans == [.init(start: 0, end: 6, kind: .still)])
    }

    @Test("Captions that change do not break a still")
    func captions() {
        let signal = detected(seconds: 6) { time, _ in
            picture(1).filling(x: 8..<56, y: 48..<56, with: Int(time / 0.6) % 2 == 0 ? 250 : 10)
        }
        #expect(signal.spans == [.init(start: 0, end: 6, kind: .still, under: .overlay)])
    }

    @Test("A camera on a tripod is not a still: its noise never stops")
    func tripod() {
        var noise = Noise(state: 5)
        let signal = detected(seconds: 6) { _, _ in picture(1).changed { _, _ in Int((noise.next() * 1.5).rounded()) } }
        #expect(signal.share == 0)
    }

    @Test("Live film in half of the picture is not a still")
    func pictureInPicture() {
        let signal = detected(seconds: 6) { time, _ in
            var image = picture(1)
            let live = panning(time)
            for y in 24..<64 { for x in 24..<64 { image[x, y] = live[x, y] } }
            return image
        }
        #expect(signal.share == 0)
    }

    @Test("Film of five pictures a second is not a row of stills")
    func slowFilm() {
        let signal = detected(seconds: 6) { time, _ in picture(9).shifted(by: Int((time * 5).rounded(.down)) * 5) }
        #expect(signal.share == 0)
    }

    @Test("Different stills joined by cuts and cross-fades are one slideshow")
    func slideshow() {
        let signal = detected(seconds: 8) { time, _ in
            if time < 3 { return picture(1) }
            if time < 5 { return picture(2) }
            let mix = min(1, (time - 5) / 0.5)
            let (a, b) = (picture(2), picture(3))
            return a.changed { x, y in Int((mix * (Double(b[x, y]) - Double(a[x, y]))).rounded()) }
        }
        #expect(signal.spans == [.init(start: 0, end: 8, kind: .slideshow)])
        #expect(signal.share == 1)
    }

    @Test("Black and one colour are named as such")
    func flat() {
        let signal = detected(seconds: 9) { time, _ in
            if time < 2 { return LumaImage(width: 64, height: 64, filledWith: 3) }
            if time < 5 { return LumaImage(width: 64, height: 64, filledWith: 140) }
            return panning(time)
        }
        #expect(
            Array(signal.spans.prefix(2)) == [
                .init(start: 0, end: 2, kind: .black), .init(start: 2, end: 5, kind: .solid),
            ])
        #expect(signal.share == 0.5556)
    }

    @Test("A piece of film repeated is a loop and not static")
    func loop() {
        var noise = Noise(state: 11)
        // A walk that never comes back by itself within the piece.
        let walk = (0..<45).map { _ in picture(UInt64(abs(noise.next()) * 1e6)) }
        let signal = detected(seconds: 9) { _, frame in walk[frame % 45] }
        #expect(signal.spans == [.init(start: 0, end: 9, kind: .loop)])
        #expect(signal.loopPeriod == 1.5)
        #expect(signal.share == 0)
    }

    @Test("A record keeps the 40 longest spans, the share counts them all")
    func manySpans() {
        // 70 black cards of half a second, every second; every tenth lasts longer.
        let signal = detected(seconds: 70, fps: 20) { time, _ in
            let card = time.truncatingRemainder(dividingBy: 1) < (Int(time) % 10 == 0 ? 0.79 : 0.59)
            return card ? LumaImage(width: 64, height: 64, filledWith: 0) : panning(time)
        }
        #expect(signal.spans.count == 40)
        #expect(signal.spans.filter { $0.end - $0.start > 0.72 }.count == 7)
        #expect(abs((signal.share ?? 0) - (63 * 0.6 + 7 * 0.8) / 70) < 0.02)
    }

    @Test("No frames and too few frames abstain")
    func abstention() {
        #expect(detected(seconds: 0) { _, _ in picture(1) }.abstainReason == "no_video")
        let short = detected(seconds: 0.5) { _, _ in picture(1) }
        #expect(short.abstainReason == "too_short")
        #expect(short.share == nil)
    }
}
