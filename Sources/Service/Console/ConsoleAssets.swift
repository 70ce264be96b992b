internal import Crypto
internal import Foundation
internal import Report

/// The style sheet and the script, which a browser asks for once.
struct ConsoleAssets: Sendable {
    struct Asset: Sendable {
        var data: Data
        var type: String
        /// Of its bytes.
        var tag: String

        init(_ data: Data, type: String) {
            self.data = data
            self.type = type
            tag = String(Hexadecimal.text(of: SHA256.hash(data: data)).prefix(16))
        }
    }

    private let assets: [String: Asset]

    init() throws {
        // The report's style is the house's; the console adds to it, and lets a reader choose the colours.
        let base = """
            \(ReportStyle.css)
            :root[data-theme=light]{color-scheme:light;\(ReportStyle.light)}
            :root[data-theme=dark]{color-scheme:dark;\(ReportStyle.dark)}

            """
        let style = Data(base.utf8) + (try BuiltIn.file("Assets/console.css"))
        assets = [
            "console.css": Asset(style, type: "text/css; charset=utf-8"),
            "console.js": Asset(try BuiltIn.file("Assets/console.js"), type: "text/javascript; charset=utf-8"),
            "mark.svg": Asset(try BuiltIn.file("Assets/mark.svg"), type: "image/svg+xml"),
        ]
    }

    subscript(name: String) -> Asset? { assets[name] }

    /// With the content's tag, so that it may be kept for good.
    func address(_ name: String) -> String {
        "\(ConsoleAddress.root)/assets/\(name)?v=\(assets[name]?.tag ?? "")"
    }
}
