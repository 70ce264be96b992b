@testable import Fetching
import Testing

@Suite("A URL of media")
struct MediaURLTests {
    @Test("Paths are told from URLs by their beginning")
    func isURL() {
        #expect(MediaURL.isURL("http://a/b") && MediaURL.isURL("HTTPS://a/b"))
        #expect(!MediaURL.isURL("/srv/http://a/b") && !MediaURL.isURL("ftp://a/b") && !MediaURL.isURL("https:/a"))
    }

    @Test(
        "Odd spellings of a host come out as the address that they mean",
        arguments: [
            ("http://2130706433/a", "127.0.0.1"), ("http://0x7f.1/", "127.0.0.1"), ("http://0177.0.0.1/", "127.0.0.1"),
            ("http://127.1/", "127.0.0.1"), ("http://localhost./", "localhost."), ("HTTP://%6cocalhost/", "localhost"),
            ("http://[::1]:8080/", "[::1]"),
        ])
    func host(_ text: String, _ host: String) throws { #expect(try MediaURL(text).host == host) }

    @Test(
        "What a redirect says is understood from where it was said",
        arguments: [
            ("/b", "https://a.example/b"), ("c?d=1#e", "https://a.example/x/c?d=1"),
            ("//b.example", "https://b.example/"),
            ("http://b.example/", "http://b.example/"),
        ])
    func following(_ text: String, _ whole: String) throws {
        #expect(try MediaURL(text, from: MediaURL("https://a.example/x/y?q")).text == whole)
    }

    @Test("What may stand in a log has no query and no fragment")
    func shown() throws {
        let url = try MediaURL("https://cdn.example:8443/v/clip.mp4?signature=secret#t=3")
        #expect(url.shown == "https://cdn.example:8443/v/clip.mp4")
        #expect(url.text == "https://cdn.example:8443/v/clip.mp4?signature=secret")
    }

    @Test(
        "Other schemes, credentials and nonsense are refused, and what is said holds no secret",
        arguments: [
            "ftp://a/b", "file:///etc/passwd", "gopher://a/", "http://", "http:///", "https://user:secret@a/b",
            "https://secret@a/", "http://a b/", "http://a/\nsecret", "https://user:secret@a b/?secret", "javascript:1",
            "http://a/" + String(repeating: "x", count: 9000),
        ])
    func refused(_ text: String) throws {
        let error = #expect(throws: FetchError.self) { _ = try MediaURL(text) }
        #expect(error?.code == .urlRefused && error?.isPassing == false)
        #expect(error?.sentence.contains("secret") == false || text.contains("\n"))
    }
}
