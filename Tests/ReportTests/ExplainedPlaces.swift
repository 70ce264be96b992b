@testable import FingerprintIndex
import Foundation
import Frames
import Pictures
import Records
@testable import Report
import Testing

@Suite struct ExplainedPlaces {
    /// As it stands in a report's JSON.
    private func pair(
        at query: Double = 1, outline: [[Double]] = [[0, 0], [1, 0], [1, 1], [0, 1]], points: [[Double]] = []
    ) throws -> PlacePair {
        let json: [String: Any] = [
            "query": query, "reference": query + 2, "decades": 14.2, "outline": outline, "points": points,
        ]
        return try CanonicalJSON.decode(PlacePair.self, from: JSONSerialization.data(withJSONObject: json))
    }

    private func report(
        _ gate: PairReport.Gate = .matched, places: [PlacePair] = [], frames: [FramePair] = []
    ) -> PairReport {
        PairReport(
            gate: gate, explanation: "One stretch of the same content; the best scores 0.950.", matches: [],
            nearest: PairReport.Alignment(
                score: 0.95, speed: 1, offset: 2, mirrored: false, queryStart: 1, queryEnd: 6, referenceStart: 3,
                referenceEnd: 8, videoDecades: 9, audioDecades: 0,
                searchCost: 3, videoMoments: 4, audioMoments: 0, framePairs: frames, peaksPerSecond: [],
                placePairs: places),
            queryFrames: 40, referenceFrames: 40, queryPeaks: 100, referencePeaks: 100, closestFrames: 30,
            method: "test")
    }

    // MARK: What is shown

    @Test("Where places agree they are shown, six moments at most, the first and the last among them")
    func places() throws {
        let places = try (0..<24).map { try pair(at: Double($0)) }
        let both = report(places: places, frames: [FramePair(query: 1, reference: 3, distance: 12)])
        #expect(ExplainPicture.chosen(from: both) == [0, 4, 9, 13, 18, 23].map { .places(places[$0]) })
    }

    @Test("Where whole frames alone agree they are shown, and where nothing lies on a line nothing is")
    func frames() {
        let frames = (0..<3).map { FramePair(query: Double($0), reference: Double($0), distance: 12) }
        #expect(ExplainPicture.chosen(from: report(frames: frames)) == frames.map { .frames($0) })
        #expect(ExplainPicture.chosen(from: report()) == [])
    }

    @Test("Sound that does not agree is not shown where places do")
    func noSound() throws {
        #expect(ExplainSound(report: report(places: [try pair()]), queryDuration: 9, referenceDuration: 9) == nil)
    }

    @Test("Of many places 25 are joined, spread over the picture; features of one place are one")
    func spread() {
        // A crowd in one corner and the other three corners.
        let crowd = (0..<300).map { index in
            let x = Double(index % 20) / 80, y = Double(index / 20) / 80
            return [x, y, x, y]
        }
        let corners = [[1.0, 0, 1, 0], [0, 1.0, 0, 1], [1.0, 1, 1, 1]]
        let chosen = PlacePanel.chosen(crowd + corners)
        #expect(chosen.count == 25)
        #expect(corners.allSatisfy(chosen.contains))
        #expect(PlacePanel.chosen([[0.5, 0.5, 0.5, 0.5], [0.5, 0.5, 0.505, 0.5]]).count == 1)
        #expect(PlacePanel.chosen([[0.5, 0.5, .nan, 0.5], [0.5]]) == [])
    }

    // MARK: Outlines

    private func outline(_ corners: [[Double]]) throws -> PictureOutline { try #require(PictureOutline(corners)) }

    private func places(_ polygon: [PictureOutline.Point]) -> [[Double]] { polygon.map { [$0.x, $0.y] } }

    @Test("A picture in a window is all there; the query shows all of it")
    func window() throws {
        let window = [[0.5, 0.25], [0.75, 0.25], [0.75, 0.5], [0.5, 0.5]]
        #expect(try places(outline(window).inQuery) == window)
        #expect(PictureOutline.area(try outline(window).inQuery) == 0.0625)
        #expect(PictureOutline.area(try outline(window).inReference) == 1)
    }

    @Test("Of a picture that reaches beyond the query's edges only a part is seen, in the mirror the other one")
    func cropped() throws {
        // The reference's upper left quarter, in the query's lower right one.
        let straight = try outline([[0.5, 0.5], [1.5, 0.5], [1.5, 1.5], [0.5, 1.5]])
        #expect(places(straight.inQuery) == [[0.5, 0.5], [1, 0.5], [1, 1], [0.5, 1]])
        #expect(places(straight.inReference) == [[0.5, 0], [0.5, 0.5], [0, 0.5], [0, 0]])
        // In the mirror: its upper right quarter.
        let mirrored = try outline([[1.5, 0.5], [0.5, 0.5], [0.5, 1.5], [1.5, 1.5]])
        #expect(PictureOutline.area(mirrored.inReference) == 0.25)
        #expect(mirrored.inReference.allSatisfy { $0.x >= 0.5 && $0.y <= 0.5 })
    }

    @Test("Of a picture seen from an angle that part is seen whose edges meet the query's corners")
    func perspective() throws {
        // Its upper side is twice as wide as the query, its lower one as wide.
        let wide = try outline([[-0.5, 0], [1.5, 0], [1, 1], [0, 1]])
        let seen = wide.inReference
        for (place, wanted) in zip(seen, [[0.25, 0], [0.75, 0], [1, 1], [0, 1]]) {
            #expect(abs(place.x - wanted[0]) < 1e-9 && abs(place.y - wanted[1]) < 1e-9, "\(seen)")
        }
        #expect(seen.count == 4)
        // All of it is in the query.
        let narrow = try outline([[0.25, 0], [0.75, 0], [1, 1], [0, 1]])
        #expect(abs(PictureOutline.area(narrow.inReference) - 1) < 1e-9)
    }

    @Test("What lies beside the query, and what is no outline, is drawn nowhere")
    func none() throws {
        #expect(try outline([[2, 2], [3, 2], [3, 3], [2, 3]]).inQuery == [])
        #expect(PictureOutline([[0, 0], [1, 1], [2, 2], [3, 3]]) == nil)
        #expect(PictureOutline([[0, 0], [1, 0], [1, 1]]) == nil)
        #expect(PictureOutline([[0, 0], [1, .nan], [1, 1], [0, 1]]) == nil)
    }

    // MARK: The drawing

    /// A finished picture, pixel by pixel.
    private struct Drawn {
        let image: RGBImage

        subscript(x: Int, y: Int) -> Canvas.Color {
            let at = (y * image.width + x) * 3
            return Canvas.Color(image.pixels[at], image.pixels[at + 1], image.pixels[at + 2])
        }
    }

    private func draw(_ report: PairReport, width: Int, height: Int) -> Drawn {
        let grey = RGBImage(width: width, height: height, pixels: Array(repeating: 100, count: width * height * 3))
        return Drawn(
            image: ExplainPicture.draw(
                query: "a.mp4", reference: "b.mp4", queryDuration: 9, referenceDuration: 9, report: report,
                pairs: ExplainPicture.chosen(from: report).map { .init($0, query: grey, reference: grey) }))
    }

    private static let grey = Canvas.Color(100, 100, 100)
    private static let dimmed = Canvas.Color(45, 45, 45)

    @Test("What both show is outlined in each, the rest is dark, and a place that agrees is marked and joined")
    func drawn() throws {
        let places = try pair(
            outline: [[0.5, 0.5], [1.5, 0.5], [1.5, 1.5], [0.5, 1.5]], points: [[0.75, 0.75, 0.25, 0.25]])
        let canvas = draw(report(places: [places]), width: 314, height: 314)
        // Squares of 314 pixels, at (16, 230) and (378, 230); their middles lie at (173, 387) and (535, 387).
        #expect(canvas.image.width == 1_416 && canvas.image.height == 230 + 314 + 44)
        // The query's: the reference's upper left corner, and its left edge two pixels wide beside black ones.
        #expect(canvas[173, 387] == PlacePanel.outline)
        #expect(canvas[172, 428] == PlacePanel.outline && canvas[173, 428] == PlacePanel.outline)
        #expect(canvas[171, 428] == .black && canvas[174, 428] == .black)
        #expect(canvas[165, 428] == Self.dimmed && canvas[165, 378] == Self.dimmed)
        #expect(canvas[180, 408] == Self.grey)
        // The reference's: its upper left quarter.
        #expect(canvas[534, 328] == PlacePanel.outline && canvas[535, 328] == PlacePanel.outline)
        #expect(canvas[520, 358] == Self.grey && canvas[545, 328] == Self.dimmed)
        // A place at three quarters of the one and a quarter of the other, and the line between, halfway.
        for (x, y) in [(251, 465), (456, 308)] {
            #expect(canvas[x, y] == PlacePanel.linkColors[0])
            #expect(canvas[x, y + 3] == .black && canvas[x + 3, y] == .black)
        }
        #expect(canvas[354, 386].red > 180 && canvas[354, 378] == ExplainPicture.ground)
        // Nothing but lines is drawn between the frames.
        #expect(canvas[335, 528] == ExplainPicture.ground && canvas[331, 387] == ExplainPicture.ground)
    }

    @Test("A miss is drawn as a match is, but hollow, and with broken lines in another colour")
    func miss() throws {
        let places = try pair(
            outline: [[0.5, 0.5], [1.5, 0.5], [1.5, 1.5], [0.5, 1.5]], points: [[0.75, 0.75, 0.25, 0.25]])
        let canvas = draw(report(.scoreBelowThreshold, places: [places]), width: 314, height: 314)
        #expect(canvas.image.width == 1_416 && canvas.image.height == 230 + 314 + 44)
        // 9 seconds are 1384 pixels from 16 on: the query's stretch from 170 to 939, the reference's from 477 to 1246.
        for (left, right, middle, color) in [
            (170, 938, 99, ExplainPicture.queryColor), (477, 1_245, 165, ExplainPicture.referenceColor),
        ] {
            #expect(canvas[left, middle] == color && canvas[right, middle] == color)
            #expect(
                canvas[left - 1, middle] == ExplainPicture.ground && canvas[right + 1, middle] == ExplainPicture.ground)
            #expect(canvas[left + 400, middle] == ExplainPicture.ground)
        }
        // The query's left edge of what both would show: dashes with gaps, none of it in a match's colour.
        let edge = (387..<544).map { canvas[173, $0] }
        #expect(edge.contains(ExplainPicture.missColor) && edge.contains(Self.grey))
        let all = (230..<544).flatMap { y in (0..<1_416).map { x in canvas[x, y] } }
        #expect(!all.contains(PlacePanel.outline))
        // Beside it the rest is dark, and the place is marked, as in a match.
        #expect(canvas[165, 428] == Self.dimmed && canvas[251, 465] == PlacePanel.linkColors[0])
    }

    @Test("Without a line the two frames that are most alike are shown, of a pair that has frames")
    func mostAlike() throws {
        var none = report(.nothingAlike)
        none.nearest = nil
        #expect(ExplainPicture.chosen(from: none) == [])
        let frames = FramePair(query: 6.76, reference: 3, distance: 102)
        none.closestPair = PairReport.ClosestFrames(pair: frames, mirrored: false)
        #expect(ExplainPicture.chosen(from: none) == [.frames(frames)])
        let canvas = draw(none, width: 220, height: 220)
        // A heading and both pictures.
        #expect((0..<canvas.image.height).contains { canvas[100, $0] == Self.grey && canvas[340, $0] == Self.grey })
    }

    @Test("An upright picture stands in the middle of its place, and its outline with it")
    func upright() throws {
        let canvas = draw(
            report(places: [try pair(outline: [[0.5, 0.5], [1, 0.5], [1, 1], [0.5, 1]])]), width: 157, height: 314)
        // 157 pixels wide from 16 + 78: the middle at 172.5, so that its edge takes one pixel and two halves.
        #expect(canvas[172, 428] == PlacePanel.outline)
        #expect(canvas[90, 428] == ExplainPicture.ground && canvas[100, 428] == Self.dimmed)
        #expect(canvas[200, 428] == Self.grey)
    }

    @Test("A soft line colours what it covers, and nothing outside of its clip")
    func soft() {
        var canvas = Canvas(width: 20, height: 10)
        canvas.stroke(
            from: (2, 5), to: (18, 5), width: 2, with: .white, inside: .init(x: 0, y: 0, width: 10, height: 10))
        #expect(canvas[5, 4] == .white && canvas[5, 5] == .white)
        #expect(canvas[5, 3] == .black && canvas[5, 6] == .black)
        #expect(canvas[9, 5] == .white && canvas[10, 5] == .black)
        canvas.stroke(from: (5.5, 0), to: (5.5, 3), width: 1, with: .white, share: 0.5)
        #expect(canvas[5, 1] == Canvas.Color(128, 128, 128))
        // Places far outside draw nothing and stop nothing.
        canvas.stroke(from: (-1e12, 8.5), to: (1e12, 8.5), width: 1, with: .white)
        #expect(canvas[0, 8] == .white && canvas[19, 8] == .white && canvas[0, 7] == .black)
    }
}
