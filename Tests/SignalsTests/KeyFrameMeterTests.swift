import Frames
import Signals
import Testing

@Suite("What key frames show")
struct KeyFrameMeterTests {
    /// A picture of 64 squares, each lighter than the one before, `changed` of them lighter by `levels`.
    private func tick(_ pts: Double, changed: Int = 0, by levels: UInt8 = 0) -> FrameTick {
        var thumb = LumaImage(width: 64, height: 64, filledWith: 0)
        for y in 0..<64 {
            for x in 0..<64 {
                let block = y / 8 * 8 + x / 8
                thumb[x, y] = UInt8(40 + 2 * block) + (block < changed ? levels : 0)
            }
        }
        return FrameTick(pts: pts, thumb: thumb, isKeyframe: true)
    }

    private func signal(_ ticks: [FrameTick], end: Double = 10, hasVideo: Bool = true) -> KeyFrameSignal {
        var meter = KeyFrameMeter()
        for tick in ticks { meter.add(tick) }
        return meter.finish(
            packets: 250, found: ticks.count, meanBytes: (key: 4000.4, other: 12.34), end: end, hasVideo: hasVideo)
    }

    @Test("The same picture with a coder's noise is alike")
    func alike() {
        let signal = signal([tick(0), tick(2, changed: 64, by: 5), tick(4)])
        #expect(signal.pictures == .alike)
        #expect(signal.changedShare == 0)
        #expect(signal.abstainReason == nil)
    }

    @Test("A quarter of the picture changed is another picture, in whichever key frame it is")
    func different() {
        let signal = signal([tick(0), tick(2, changed: 16, by: 20), tick(4)])
        #expect(signal.pictures == .different)
        #expect(signal.changedShare == 0.25)
    }

    @Test("A caption's worth of change is neither")
    func unclear() {
        let signal = signal([tick(0), tick(2, changed: 4, by: 60)])
        #expect(signal.pictures == .unclear)
        #expect(signal.changedShare == 0.0625)
    }

    @Test("Times are the key frames' own, and the longest gap may be the one to the end")
    func times() {
        let signal = signal([tick(0.5), tick(3), tick(4)], end: 12)
        #expect(signal.first == 0.5)
        #expect(signal.last == 4)
        #expect(signal.longestGap == 8)
        #expect(signal.packets == 250)
        #expect(signal.keyBytes == 4000 && signal.otherBytes == 12.3)
        #expect(signal.decoded == 3)
    }

    @Test("One picture is compared with nothing")
    func single() {
        #expect(signal([tick(0)]).abstainReason == "single_key_frame")
        #expect(signal([tick(0)]).pictures == nil)
        #expect(signal([tick(0)]).longestGap == 10)
    }

    @Test("Pictures of one colour are not called a still")
    func flat() {
        let grey = (0..<3).map {
            FrameTick(pts: Double($0), thumb: LumaImage(width: 64, height: 64, filledWith: UInt8(100 + 40 * $0)))
        }
        #expect(signal(grey).abstainReason == "flat_picture")
    }

    @Test("No picture stream and no key frame are told apart")
    func none() {
        #expect(signal([], hasVideo: false).abstainReason == "no_video")
        #expect(signal([]).abstainReason == "no_key_frame")
        #expect(signal([]).first == nil)
    }
}
