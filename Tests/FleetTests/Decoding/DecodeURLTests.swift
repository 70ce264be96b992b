import Fetching
import Fleet
import Foundation
import Frames
import Glibc
import Records
import Testing
import TestSupport

@Suite("Decoding what a URL gives")
struct DecodeURLTests {
    private let server: MediaServer
    private let service: DecodeService
    private let clip: String

    init() throws {
        clip = try Clips.short()
        server = try MediaServer(files: URL(fileURLWithPath: clip).deletingLastPathComponent().path)
        service = try Self.service()
    }

    private static func service(limits: DecodeLimits = .standard) throws -> DecodeService {
        try DecodeService(
            decoderPath: Programs.decoder, limits: limits,
            fetcher: Fetcher(policy: FetchPolicy(allowsPrivate: true), folder: NSTemporaryDirectory()))
    }

    private var url: String { server.url("/file/\(URL(fileURLWithPath: clip).lastPathComponent)") }

    @Test("It is measured as the same file on disk is, to the byte, and named by its URL")
    func same() throws {
        let (fetched, local) = (try service.extract(path: url), try service.extract(path: clip))
        var record = fetched.record
        #expect(record.input.path == url)
        record.input.path = clip
        #expect(record == local.record && record.input.digest != nil)
        #expect(fetched.fingerprint == local.fingerprint && fetched.retryAfterSeconds == nil)
    }

    @Test("Pictures and the bytes themselves can be had by URL")
    func again() throws {
        let pictures = try service.pictures(path: url, times: [0.5], longestSide: 160)
        #expect(pictures == (try service.pictures(path: clip, times: [0.5], longestSide: 160)))
        let whole = try Data(contentsOf: URL(fileURLWithPath: clip))
        let read = try service.withInput(url) { descriptor, bytes in
            #expect(Int(bytes) == whole.count)
            return try FileHandle(fileDescriptor: descriptor).readToEnd()
        }
        #expect(read == whole)
        let error = #expect(throws: DecodeError.self) { try service.withInput(server.url("/status/404")) { _, _ in } }
        #expect(error?.code == .noInput && error?.outcome?.reason == "http_status_404")
    }

    @Test("What may pass says when to come again, what will not says nothing of it")
    func retry() throws {
        let busy = try service.extract(path: server.url("/status/503?after=7"))
        #expect(busy.record.outcome.reason == "http_status_503" && busy.retryAfterSeconds == 7)
        let short = try service.extract(path: server.url("/lying/100/10"))
        #expect(short.record.outcome.reason == "fetch_failed" && short.retryAfterSeconds == 0)
        let gone = try service.extract(path: server.url("/status/404"))
        #expect(gone.record.outcome.kind == .undecodable && gone.retryAfterSeconds == nil)
    }

    @Test("The limit on a file's size holds for a URL's, and an address that is not open is refused")
    func refused() throws {
        let small = try Self.service(limits: DecodeLimits(fileBytesMax: 100)).extract(path: url)
        #expect(small.record.outcome.kind == .refused && small.record.outcome.reason == "over_limit_bytes")
        #expect(small.record.input.bytes == Int64(try Data(contentsOf: URL(fileURLWithPath: clip)).count))
        let standard = try DecodeService(decoderPath: Programs.decoder).extract(path: url)
        #expect(standard.record.outcome.kind == .refused && standard.record.outcome.reason == "url_refused")
        #expect(standard.retryAfterSeconds == nil)
    }

    @Test("A folder for fetched media that is not there is this machine's fault, not the file's")
    func folder() throws {
        let service = try DecodeService(
            decoderPath: Programs.decoder,
            fetcher: Fetcher(policy: FetchPolicy(allowsPrivate: true), folder: "/nonexistent"))
        #expect(throws: DecodeError.self) { _ = try service.extract(path: url) }
    }
}
