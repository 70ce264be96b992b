@testable import Fetching
import Foundation
import Testing
import TestSupport

/// Loopback is not everybody's, so these tests open it by name: `media.test` is what the server is called.
@Suite("Fetching media")
struct FetcherTests {
    private let server: MediaServer
    private let folder: String

    init() throws {
        server = try MediaServer()
        folder = NSTemporaryDirectory()
    }

    private func fetcher(
        allowing allowed: [String] = ["media.test"], limits: FetchLimits = FetchLimits(), names: [String] = [],
        authorities: String? = nil
    ) -> Fetcher {
        var policy = FetchPolicy()
        for text in allowed where !policy.allow(text) { Issue.record("\(text) allows nothing") }
        return Fetcher(
            policy: policy, limits: limits, folder: folder, names: ["media.test:\(server.port):127.0.0.1"] + names,
            authorities: authorities)
    }

    private func media(_ path: String) -> String { server.url(path, host: "media.test") }

    private func redirect(to target: String, _ status: Int = 302) -> String {
        let escaped = target.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        return media("/redirect/\(status)?to=\(escaped)")
    }

    private func bytes(_ url: String, _ fetcher: Fetcher) throws -> [UInt8] {
        let fetched = try fetcher.fetch(url)
        let said = fetched.bytes
        let handle = FileHandle(fileDescriptor: fetched.release(), closeOnDealloc: true)
        let data = try handle.readToEnd() ?? Data()
        #expect(data.count == Int(said))
        return Array(data)
    }

    private func error(_ url: String, _ fetcher: Fetcher) -> FetchError? {
        #expect(throws: FetchError.self) { _ = try bytes(url, fetcher) }
    }

    // MARK: What comes

    @Test("The body comes whole, in a file without a name that cannot be written through")
    func body() throws {
        let before = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix(".fetch") }
        let fetched = try fetcher().fetch(media("/bytes/300000"))
        #expect(fetched.bytes == 300_000)
        #expect(unsafe write(fetched.descriptor, "x", 1) == -1 && errno == EBADF)
        let target = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(fetched.descriptor)")
        #expect(target.hasSuffix("(deleted)"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix(".fetch") } == before)
    }

    @Test("A body of no bytes is one")
    func empty() throws { #expect(try bytes(media("/bytes/0"), fetcher()) == []) }

    @Test("Redirects are followed, and what they say themselves is not kept", arguments: [301, 302, 303, 307, 308])
    func redirects(status: Int) throws {
        #expect(try bytes(redirect(to: "/bytes/3", status), fetcher()) == Array("xxx".utf8))
    }

    @Test("Five redirects are followed and a sixth is not")
    func hops() throws {
        #expect(try bytes(media("/hops/5"), fetcher()) == Array("home".utf8))
        #expect(error(media("/hops/6"), fetcher())?.code == .redirectsExceeded)
    }

    // MARK: Where it may come from

    @Test(
        "Loopback is refused under every name and spelling, before anything is sent",
        arguments: [
            "127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost", "LOCALHOST",
            "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "[::]", "inside.test",
        ])
    func loopback(host: String) throws {
        let error = error(
            server.url("/bytes/3", host: host), fetcher(names: ["inside.test:\(server.port):127.0.0.1"]))
        #expect(error?.code == .urlRefused && error?.isPassing == false, "\(error?.sentence ?? "")")
        #expect(try bytes(media("/seen"), fetcher()).isEmpty)
    }

    @Test(
        "A redirect is a URL like any other: to an address that is not open, to another scheme, with a password",
        arguments: [
            "http://127.0.0.1:PORT/bytes/3", "http://169.254.169.254/latest/meta-data/", "file:///etc/passwd",
            "ftp://media.test/", "http://user:word@media.test:PORT/bytes/3", "http://[::ffff:7f00:1]:PORT/bytes/3",
            "//localhost:PORT/bytes/3", "http://other.test:PORT/bytes/3",
        ])
    func redirected(target: String) throws {
        let target = target.replacing("PORT", with: "\(server.port)")
        let error = error(redirect(to: target), fetcher(names: ["other.test:\(server.port):127.0.0.1"]))
        #expect(error?.code == .urlRefused && error?.isPassing == false, "\(error?.sentence ?? "")")
    }

    @Test("An allowed block opens its addresses; private addresses at large open loopback, but no cloud's metadata")
    func allowed() throws {
        let local = server.url("/bytes/3")
        #expect(try bytes(local, fetcher(allowing: ["127.0.0.0/8"])).count == 3)
        let open = Fetcher(policy: FetchPolicy(allowsPrivate: true), folder: folder)
        #expect(try bytes(local, open).count == 3)
        #expect(error("http://169.254.169.254/", open)?.code == .urlRefused)
    }

    @Test("An allowed name that comes to mean a metadata address is refused there")
    func rebound() {
        let names = ["rebound.test:80:169.254.169.254"]
        #expect(error("http://rebound.test/", fetcher(allowing: ["rebound.test"], names: names))?.code == .urlRefused)
    }

    // MARK: What is too much

    @Test("A body over the limit is refused, by what it says, and by what it is")
    func overLimit() {
        let limits = FetchLimits(bytesMax: 100_000)
        let announced = error(media("/bytes/100001"), fetcher(limits: limits))
        #expect(announced?.code == .bytesExceeded && announced?.bytes == 100_001 && announced?.isPassing == false)
        #expect(error(media("/lying/5000000000/1000"), fetcher(limits: limits))?.code == .bytesExceeded)
        #expect(error(media("/endless"), fetcher(limits: limits))?.code == .bytesExceeded)
        #expect(error(media("/headers"), fetcher(limits: limits))?.code == .headersExceeded)
    }

    @Test("A disk without room is said to be, before it is filled")
    func noRoom() {
        let error = error(media("/bytes/3"), fetcher(limits: FetchLimits(freeBytesMin: 1 << 60)))
        #expect(error?.code == .noSpace && error?.isPassing == true)
    }

    @Test("A folder that is not there is this machine's trouble")
    func noFolder() {
        #expect(error(media("/bytes/3"), Fetcher(folder: "/nonexistent"))?.code == .resources)
    }

    // MARK: What breaks

    @Test("Less than was announced is no media; more is cut where the announcement ends")
    func lying() throws {
        let short = error(media("/lying/1000/10"), fetcher())
        #expect(short?.code == .failed && short?.isPassing == true)
        #expect(try bytes(media("/lying/10/1000"), fetcher()).count == 10)
    }

    @Test(
        "What the server answers stays so, or may pass",
        arguments: [
            (401, false), (403, false), (404, false), (410, false), (206, false), (204, false), (304, false),
            (408, true), (425, true), (429, true), (500, true), (502, true), (503, true), (504, true),
        ])
    func status(_ status: Int, isPassing: Bool) {
        let error = error(media("/status/\(status)"), fetcher())
        #expect(error?.code == .status && error?.status == status && error?.reason == "http_status_\(status)")
        #expect(error?.isPassing == isPassing)
    }

    @Test("How long the server wants to be left alone is kept")
    func retryAfter() {
        #expect(error(media("/status/429?after=17"), fetcher())?.retryAfterSeconds == 17)
        #expect(error(media("/status/503"), fetcher())?.retryAfterSeconds == 0)
    }

    @Test("No name, no listener, no answer, no HTTP: all may pass but the last")
    func broken() throws {
        for url in ["http://no-such-name.invalid/", "http://media.test:1/", media("/close")] {
            let error = error(url, fetcher(names: ["media.test:1:127.0.0.1"]))
            #expect(error?.code == .failed && error?.isPassing == true, "\(url): \(error?.sentence ?? "")")
        }
        let garbage = error(media("/garbage"), fetcher())
        #expect(garbage?.code == .failed && garbage?.isPassing == false)
    }

    @Test("Silence, stalling and dripping end in time")
    func slow() {
        let quick = FetchLimits(stallBytesPerSecond: 1000, stallSeconds: 1)
        for path in ["/stall/10", "/drip/1000/0.02"] {
            let error = error(media(path), fetcher(limits: quick))
            #expect(error?.code == .timedOut && error?.isPassing == true, "\(path): \(error?.sentence ?? "")")
        }
        let short = FetchLimits(totalSeconds: 0.5)
        for path in ["/silent", "/drip/1000/0.02", "/endless"] {
            let begun = ContinuousClock.now
            let error = error(media(path), fetcher(limits: short))
            #expect(error?.code == .timedOut, "\(path): \(error?.sentence ?? "")")
            #expect(ContinuousClock.now - begun < .seconds(10))
        }
    }

    @Test("A fetch that is cancelled ends within seconds")
    func cancelled() {
        let begun = ContinuousClock.now
        let error = #expect(throws: FetchError.self) { _ = try fetcher().fetch(media("/silent")) { true } }
        #expect(error?.code == .cancelled && ContinuousClock.now - begun < .seconds(10))
    }

    // MARK: Encryption

    @Test("A certificate that nobody vouches for is refused; from https one is not led back to http")
    func encryption() throws {
        let secure = try MediaServer(certifiedFor: "media.test")
        let names = ["media.test:\(secure.port):127.0.0.1"]
        let stranger = error(secure.url("/bytes/3", host: "media.test"), fetcher(names: names))
        #expect(stranger?.code == .tls && stranger?.isPassing == false)
        let trusting = fetcher(names: names, authorities: secure.certificate)
        #expect(try bytes(secure.url("/bytes/3", host: "media.test"), trusting).count == 3)
        #expect(try bytes(redirect(to: secure.url("/bytes/4", host: "media.test")), trusting).count == 4)
        let plain = media("/bytes/3").addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        let back = error(secure.url("/redirect/302?to=\(plain)", host: "media.test"), trusting)
        #expect(back?.code == .urlRefused)
    }
}
