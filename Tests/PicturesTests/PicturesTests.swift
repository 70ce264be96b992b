import Frames
import Pictures
import Testing

@Suite("Pictures for people")
struct PicturesTests {
    @Test("A PNG comes back as it went in", arguments: [(1, 1), (3, 5), (64, 33)])
    func roundTrip(width: Int, height: Int) throws {
        let picture = RGBImage(
            width: width, height: height, pixels: (0..<width * height * 3).map { UInt8($0 * 37 & 255) })
        let bytes = try PNG.encode(picture)
        #expect(Array(bytes.prefix(8)) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        #expect(try PNG.decode(bytes) == picture)
        #expect(try PNG.encode(picture) == bytes)
    }

    @Test("A broken PNG is an error, wherever it is cut")
    func broken() throws {
        let bytes = try PNG.encode(RGBImage(width: 8, height: 8, pixels: Array(repeating: 9, count: 192)))
        for count in 0..<bytes.count - 16 {
            #expect(throws: PictureError.self) { try PNG.decode(Array(bytes.prefix(count))) }
        }
    }

    @Test("Letters are drawn dot by dot")
    func text() {
        var canvas = Canvas(width: 12, height: 8)
        canvas.text("T1", x: 0, y: 0)
        let rows = (0..<8).map { y in String((0..<12).map { canvas[$0, y] == .white ? "#" : "." }) }
        #expect(
            rows == [
                "#####...#...", "..#....##...", "..#.....#...", "..#.....#...", "..#.....#...", "..#.....#...",
                "..#....###..", "............",
            ])
        #expect(Canvas.size(of: "T1", scale: 2) == (22, 16))
    }

    @Test("A picture shrinks by area and grows by steps, and stays inside the canvas")
    func drawing() {
        var canvas = Canvas(width: 4, height: 2)
        // Two pixels, black and white, into one: grey. Then over the edge: cut off.
        let pair = RGBImage(width: 2, height: 1, pixels: [0, 0, 0, 255, 255, 255])
        canvas.draw(pair, in: .init(x: 0, y: 0, width: 1, height: 1))
        #expect(canvas[0, 0] == .init(128, 128, 128))
        canvas.draw(pair, in: .init(x: 0, y: 1, width: 4, height: 1))
        #expect((0..<4).map { canvas[$0, 1].red } == [0, 64, 191, 255])
        canvas.draw(pair, in: .init(x: 3, y: -5, width: 100, height: 100))
        #expect(
            Canvas.fit(pair, in: .init(x: 0, y: 0, width: 10, height: 10)) == .init(x: 0, y: 2, width: 10, height: 5))
    }

    @Test("Lines and frames touch exactly their pixels")
    func lines() {
        var canvas = Canvas(width: 5, height: 5)
        canvas.outline(.init(x: 0, y: 0, width: 5, height: 5), with: .white)
        canvas.line(from: (4, 4), to: (0, 0), with: .init(255, 0, 0))
        #expect((0..<5).allSatisfy { canvas[$0, $0] == .init(255, 0, 0) })
        #expect(canvas[1, 2] == .black && canvas[0, 3] == .white)
    }
}
