import Fleet
import Foundation
import Frames
import Testing
import TestSupport

@Suite("A file's sound as a picture")
struct SpectrogramTests {
    private let service: DecodeService
    private let folder: TemporaryFolder

    init() throws {
        service = try DecodeService(decoderPath: Programs.decoder)
        folder = try TemporaryFolder()
    }

    /// Three seconds of 1 kHz.
    private func sine() throws -> String {
        try Clip.make("spectrogram-sine.wav", ["-f", "lavfi", "-i", "sine=frequency=1000:duration=3"])
    }

    @Test("A sine of 1 kHz is bright in the row of 1 kHz, and nowhere else")
    func tone() throws {
        let picture = try service.spectrogram(path: sine(), start: 0.5, end: 2.5, columns: 100, rows: 128)
        #expect(picture.width == 100 && picture.height == 128)
        for column in 0..<100 {
            let levels = (0..<128).map { picture[column, $0] }
            // log2(5500 / 1000) of log2(5500 / 100) octaves from the top: 54.4 of 128 rows.
            #expect(levels[54] == 255)
            // A Hann window's side lobes are down by 70 dB at five rows, 160 Hz.
            #expect(levels.indices.allSatisfy { (49...59).contains($0) || levels[$0] < 10 })
        }
    }

    @Test("Clicks are bright columns at their times, with darkness between them")
    func clicks() throws {
        // At 0.5, 1.5 and 2.5 s.
        let path = try Clip.make(
            "spectrogram-clicks.wav", ["-f", "lavfi", "-i", "aevalsrc='if(eq(mod(n,44100),22050),0.9,0)':s=44100:d=3"])
        let picture = try service.spectrogram(path: path, start: 0, end: 3, columns: 300, rows: 64)
        for column in 0..<300 {
            let apart = [50, 150, 250].map { abs($0 - column) }.min() ?? 300
            let mean = (0..<64).reduce(0) { $0 + Int(picture[column, $1]) } / 64
            if apart <= 1 { #expect(mean > 220, "column \(column)") }
            // Half a frame is 46 ms: from 6 columns of 10 ms on there is nothing of the click.
            if apart >= 6 { #expect(mean == 0, "column \(column)") }
        }
    }

    @Test("Before the beginning and beyond the end it is dark")
    func beyond() throws {
        let picture = try service.spectrogram(path: sine(), start: -1, end: 5, columns: 60, rows: 128)
        // 0 to 3 s are columns 10 to 39; those beside them reach in by half a frame.
        #expect((10..<40).allSatisfy { picture[$0, 54] > 200 })
        #expect((Array(0..<9) + Array(41..<60)).allSatisfy { picture[$0, 54] == 0 })
        let after = try service.spectrogram(path: sine(), start: 10, end: 12, columns: 20, rows: 16)
        #expect(after.pixels.allSatisfy { $0 == 0 })
    }

    @Test("A stretch from the middle is cut out of the whole, wherever it begins")
    func middle() throws {
        // 500 Hz for two seconds, then 2 kHz.
        let path = try Clip.make(
            "spectrogram-step.m4a",
            ["-f", "lavfi", "-i", "aevalsrc='0.5*sin(2*PI*t*if(lt(t,2),500,2000))':s=48000:d=4", "-c:a", "aac"])
        let picture = try service.spectrogram(path: path, start: 1.8, end: 2.2, columns: 40, rows: 128)
        let (low, high) = (76, 32)  // rows of 500 Hz and 2 kHz
        #expect((0..<14).allSatisfy { picture[$0, low] > 200 && picture[$0, high] < 80 })
        #expect((26..<40).allSatisfy { picture[$0, low] < 80 && picture[$0, high] > 200 })
    }

    @Test("Silence is dark, not noise made visible")
    func silence() throws {
        let path = try Clip.make(
            "spectrogram-silence.wav", ["-f", "lavfi", "-i", "anullsrc=r=44100:cl=mono", "-t", "2"])
        let picture = try service.spectrogram(path: path, start: 0, end: 2, columns: 32, rows: 32)
        #expect(picture.pixels.allSatisfy { $0 == 0 })
    }

    @Test("Twice the same stretch is twice the same picture")
    func deterministic() throws {
        let path = try Clips.short()
        let pictures = try (0..<2).map { _ in
            try service.spectrogram(path: path, start: 0.3, end: 1.7, columns: 77, rows: 33)
        }
        #expect(pictures[0] == pictures[1])
    }

    @Test("A film without sound, a name that leads nowhere and a text say why there is no picture")
    func noSound() throws {
        for (path, reason) in [
            (try Clips.medium(), "no_audio"), (folder.path("missing.mp3"), "no_such_file"),
            (try folder.file("text.mp3", Array("not a song".utf8)), "unknown_format"),
        ] {
            let error = #expect(throws: DecodeError.self) {
                _ = try service.spectrogram(path: path, start: 0, end: 1, columns: 8, rows: 8)
            }
            #expect(error?.code == .noSpectrogram)
            #expect(error?.outcome?.reason == reason)
        }
    }

    @Test("The largest picture and the longest stretch are made, and nothing larger")
    func limits() throws {
        let path = try sine()
        #expect(try service.spectrogram(path: path, start: 0, end: 600, columns: 4096, rows: 1).width == 4096)
        #expect(try service.spectrogram(path: path, start: 0, end: 0.01, columns: 1, rows: 512).height == 512)
        for (start, end, columns, rows) in [
            (0, 600.5, 8, 8), (0, 1, 4097, 8), (0, 1, 8, 513), (0, 1, 0, 8), (0, 1, 8, -1), (1, 1, 8, 8), (2, 1, 8, 8),
            (.nan, 1, 8, 8), (0, .infinity, 8, 8), (1e9, 1e9 + 1, 8, 8),
        ] as [(Double, Double, Int, Int)] {
            let error = #expect(throws: DecodeError.self, "\(start) \(end) \(columns) \(rows)") {
                _ = try service.spectrogram(path: path, start: start, end: end, columns: columns, rows: rows)
            }
            #expect(error?.code == .noSpectrogram && error?.outcome == nil)
        }
    }
}
