import Fingerprints
import Fleet
import Foundation
import Frames
import Records
import Testing
import TestSupport

/// What the decoder makes of single pictures; `OracleTests` compares the hashes with other people's.
@Suite("Photos")
struct PhotoTests {
    private let service: DecodeService
    private let folder: TemporaryFolder

    /// Half a gigabyte of address space, and twenty seconds whatever the file's size.
    init() throws {
        service = try DecodeService(
            decoderPath: Programs.decoder,
            limits: DecodeLimits(deadlineSeconds: 20, deadlineSecondsPerMegabyte: 0, memoryBytes: 1 << 29))
        folder = try TemporaryFolder()
    }

    /// One picture of the moving test card, 640 by 360.
    private static func card(_ name: String, _ coding: [String]) throws -> String {
        try Clip.make(
            name, ["-f", "lavfi", "-i", "testsrc2=size=640x360:rate=1", "-frames:v", "1", "-update", "1"] + coding)
    }

    private static let forms: [(name: String, format: String, coding: [String])] = [
        ("card.jpg", "jpeg_pipe", ["-q:v", "3", "-pix_fmt", "yuvj420p"]), ("card.png", "png_pipe", []),
        ("card.webp", "webp_pipe", ["-quality", "90"]), ("card-lossless.webp", "webp_pipe", ["-lossless", "1"]),
        ("card.bmp", "bmp_pipe", []), ("card.gif", "gif", []),
    ]

    private func ending(_ path: String) throws -> String {
        let found = try service.photo(path: path)
        #expect(found.outcome.hasResult == (found.photo != nil) && !found.outcome.sentence.isEmpty)
        return "\(found.outcome.kind.rawValue) \(found.outcome.reason)"
    }

    @Test("The same picture has the same hash in every format, to a few bits of what coding changed")
    func formats() throws {
        let exact = try #require(try service.photo(path: try Self.card("card.png", [])).photo)
        #expect(exact.quality == 100)
        for form in Self.forms {
            let photo = try #require(try service.photo(path: try Self.card(form.name, form.coding)).photo, "\(form)")
            #expect(photo.format == form.format && photo.width == 640 && photo.height == 360)
            // 256 colours are another picture to a test card; the rest is what coding changed.
            let bits = photo.hash.hammingDistance(to: exact.hash)
            #expect(bits <= (form.name == "card.gif" ? 16 : 2), "\(form.name): \(bits)")
        }
    }

    @Test(
        "What is cut off anywhere has no hash, as the missing part would be hashed as grey", arguments: [1, 10, 50, 99])
    func cutOff(percent: Int) throws {
        for form in Self.forms where form.format != "gif" {
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: try Self.card(form.name, form.coding))))
            let path = try folder.file("\(percent)-\(form.name)", Array(bytes.prefix(bytes.count * percent / 100)))
            let end = try ending(path)
            // Of one in a hundred not even the format may be left.
            let isTold = end == "undecodable damaged_picture" || percent == 1 && end.hasPrefix("undecodable ")
            #expect(isTold, "\(form.name): \(end)")
        }
    }

    @Test("A photo larger than allowed, or than can be, is refused by its header, whatever its file's size")
    func bombs() throws {
        func png(_ width: UInt32, _ height: UInt32) -> [UInt8] {
            func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
                let body = Array(type.utf8) + content
                return Bombs.big(UInt32(content.count)) + body + Bombs.big(Self.crc32(body))
            }
            let header = Bombs.big(width) + Bombs.big(height) + [8, 2, 0, 0, 0]
            // A stored block of one byte (RFC 1951, 3.2.4): far too little for any row.
            return [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10] + chunk("IHDR", header)
                + chunk("IDAT", [0x78, 0x01, 1, 1, 0, 0xFE, 0xFF, 0, 0, 1, 0, 1]) + chunk("IEND", [])
        }
        func bmp(_ width: UInt32, _ height: UInt32) -> [UInt8] {
            let small = UInt32(54)
            let fields: [UInt32] = [small + 64, 0, small, 40, width, height, 24 << 16 | 1, 0, 64, 0, 0, 0, 0]
            return Array("BM".utf8) + fields.flatMap { Bombs.big($0).reversed() } + [UInt8](repeating: 7, count: 64)
        }
        #expect(try ending(folder.file("a.png", png(16_000, 16_000))) == "refused over_limit_pixels")
        #expect(try ending(folder.file("b.png", png(30_000, 200))) == "refused over_limit_side")
        #expect(try ending(folder.file("c.png", png(65_536, 65_536))) == "undecodable damaged_picture")
        #expect(try ending(folder.file("d.png", png(.max, .max))) == "undecodable damaged_picture")
        #expect(try ending(folder.file("e.bmp", bmp(30_000, 2_000))) == "refused over_limit_side")
        #expect(try ending(folder.file("f.bmp", bmp(65_536, 65_536))) == "undecodable damaged_picture")
        #expect(try ending(folder.file("g.gif", Bombs.gif)).hasPrefix("undecodable "))
    }

    @Test("A video is no photo and a photo no video; what is neither is told as that")
    func kinds() throws {
        #expect(try ending(Clips.short()) == "undecodable unknown_format")
        #expect(try ending(folder.file("text.jpg", Array("no picture".utf8))) == "undecodable unknown_format")
        #expect(try ending(folder.file("empty.jpg", [])) == "undecodable empty_file")
        let extracted = try service.extract(path: Self.card("card.png", []))
        #expect(extracted.record.outcome.reason == "unknown_format")
    }

    /// PNG's checksum (ISO 15948, annex D).
    private static func crc32(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { rest, _ in rest & 1 == 1 ? rest >> 1 ^ 0xEDB8_8320 : rest >> 1 }
        }
    }
}
