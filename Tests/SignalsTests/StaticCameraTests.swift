import Frames
import Signals
import Testing

/// `seconds` of film of 128x72 at 20 frames a second, with a sampled frame four times a second as in a pass.
private func filmed(seconds: Double, _ draw: (Double) -> [UInt8]) -> StaticSignal {
    var detector = StaticDetector()
    for frame in 0..<Int(seconds * 20) {
        let pts = Double(frame) / 20
        let picture = draw(pts)
        var thumb = LumaImage(width: 64, height: 64, filledWith: 0)
        for y in 0..<64 { for x in 0..<64 { thumb[x, y] = picture[y * 9 / 8 * 128 + x * 2] } }
        detector.add(FrameTick(pts: pts, duration: 0.05, thumb: thumb))
        if frame % 5 == 0 {
            detector.add(WorkingFrame(pts: pts, luma: LumaImage(width: 128, height: 72, pixels: picture)))
        }
    }
    return detector.finish(videoEnd: seconds)
}

@Suite("Stills under a virtual camera, and what is drawn over stills")
struct StaticCameraTests {
    @Test("A picture slowly zoomed is a still under a zoom")
    func zoom() {
        let signal = filmed(seconds: 5) { StaticKernelTests.landscape(zoom: 0.03 * $0) }
        #expect(signal.spans == [.init(start: 0, end: 5, kind: .still, under: .zoom)])
        #expect(signal.share == 1)
    }

    @Test("A picture passed over with an eased start and stop is a still under a pan")
    func easedPan() {
        let signal = filmed(seconds: 5) { time in
            let t = time / 5
            return StaticKernelTests.landscape(right: 20 * t * t * (3 - 2 * t))
        }
        #expect(signal.spans.map(\.under) == [.pan])
        #expect((signal.share ?? 0) > 0.9)
    }

    @Test("Zoomed pictures joined by a cut are a slideshow")
    func slideshow() {
        let signal = filmed(seconds: 6) { time in
            time < 3
                ? StaticKernelTests.landscape(zoom: 0.04 * time)
                : StaticKernelTests.landscape(zoom: -0.04 * (time - 3), turn: 0.4, right: 40, down: 30)
        }
        #expect(signal.spans == [.init(start: 0, end: 6, kind: .slideshow, under: .zoom)])
        #expect(signal.shots == [.init(start: 0, end: 3, by: .start), .init(start: 3, end: 6, by: .cut)])
    }

    @Test("A camera held by hand is not a still, though it moves over one plane")
    func hand() {
        var noise = Noise(state: 4)
        var at = (0.0, 0.0), speed = (0.0, 0.0)
        let signal = filmed(seconds: 6) { _ in
            speed.0 = 0.8 * speed.0 + 0.5 * noise.next()
            speed.1 = 0.8 * speed.1 + 0.5 * noise.next()
            at.0 = 0.9 * at.0 + speed.0
            at.1 = 0.9 * at.1 + speed.1
            return StaticKernelTests.landscape(right: at.0, down: at.1)
        }
        #expect(signal.share == 0)
    }

    @Test("Depth is seen: near and far passing at different speeds are film")
    func parallax() {
        let signal = filmed(seconds: 5) { time in
            let far = StaticKernelTests.landscape(right: 2 * time), near = StaticKernelTests.landscape(right: 7 * time)
            return Array(far.prefix(40 * 128)) + Array(near.suffix(32 * 128))
        }
        #expect(signal.share == 0)
    }

    @Test("A sticker that swings in its place is an overlay, and the mask shows where it is")
    func sticker() {
        let signal = detected(seconds: 6) { time, frame in
            let left = 40 + (frame / 3) % 6
            return picture(1).filling(x: left..<(left + 12), y: 8..<20, with: frame / 3 % 2 == 0 ? 250 : 240)
        }
        #expect(signal.spans == [.init(start: 0, end: 6, kind: .still, under: .overlay)])
        let mask = signal.movingMask ?? ""
        #expect(mask.count == 64 && mask.prefix(8) == "00000000" && mask.suffix(40).allSatisfy { $0 == "0" })
        #expect((0.01...0.1).contains(signal.movingShare ?? 0))
    }

    @Test("A pointer that wanders over a page is a screen in use, not a still")
    func pointer() {
        let signal = detected(seconds: 6) { time, _ in
            let x = Int(30 + 25 * StaticKernelTests.wave(time * 0.7))
            let y = Int(30 + 20 * StaticKernelTests.wave(time * 0.45))
            return picture(1).filling(x: x..<(x + 2), y: y..<(y + 3), with: 255)
        }
        #expect(signal.share == 0)
    }

    @Test("A still that fades to black is one until the end")
    func fade() {
        let signal = detected(seconds: 6) { time, _ in
            let gain = time < 4.5 ? 1 : max(0, 1 - (time - 4.5) / 1.2)
            return LumaImage(width: 64, height: 64, pixels: picture(1).pixels.map { UInt8(Double($0) * gain) })
        }
        #expect(signal.spans.first?.under == .fade)
        #expect((signal.share ?? 0) > 0.97)
    }

    @Test("Cuts, dissolves and fades are told apart; a flash is none of them")
    func shots() {
        let signal = detected(seconds: 12) { time, _ in
            func mixed(_ a: LumaImage, _ b: LumaImage, _ share: Double) -> LumaImage {
                a.changed { x, y in
                    let step = Double(b[x, y]) - Double(a[x, y])
                    return Int((share * step).rounded())
                }
            }
            let black = LumaImage(width: 64, height: 64, filledWith: 0)
            switch time {
            case ..<2: return picture(1)
            case ..<4: return time >= 3 && time < 3.04 ? LumaImage(width: 64, height: 64, filledWith: 255) : picture(2)
            case ..<4.6: return mixed(picture(2), picture(3), (time - 4) / 0.6)
            case ..<8: return picture(3)
            case ..<8.6: return mixed(picture(3), black, (time - 8) / 0.6)
            default: return black
            }
        }
        #expect(signal.shots?.map(\.by) == [.start, .cut, .dissolve, .fade])
        let starts = signal.shots?.map(\.start) ?? []
        for (got, middle) in zip(starts, [0, 2, 4.3, 8.3]) { #expect(abs(got - middle) <= 0.11) }
    }

    @Test("The curve has a value a second, and at most 120 however long the video is")
    func curve() {
        let short = detected(seconds: 6) { time, _ in time < 3 ? picture(1) : panning(time) }
        #expect(short.motionPeriod == 1)
        #expect(short.motion?.count == 6)
        #expect(short.motion?.prefix(2) == [0, 0] && (short.motion?.last ?? 0) > 5)
        let long = detected(seconds: 500, fps: 5) { _, _ in picture(1) }
        #expect(long.motionPeriod == 8 && long.motion?.count == 63)
    }
}
