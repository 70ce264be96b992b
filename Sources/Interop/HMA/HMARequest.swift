internal import Foundation
internal import Records

/// A request of Hasher-Matcher-Actioner's interface, however it came in.
public struct HMARequest: Sendable, Equatable {
    public enum Method: String, Sendable { case get = "GET", post = "POST", put = "PUT", delete = "DELETE" }

    public enum Body: Sendable, Equatable {
        case none
        case json([UInt8])
        /// The file of a `multipart/form-data` body, written down: the name of its field, and where it lies.
        case file(field: String, path: String)

        var isFile: Bool { if case .file = self { true } else { false } }
    }

    public var method: Method
    /// From `/h/`, `/m/` or `/c/` on, as it came.
    public var path: String
    /// In the order given, percent signs undone.
    public var query: [(name: String, value: String)]
    public var body: Body

    public init(_ method: Method, _ path: String, query: [(name: String, value: String)] = [], body: Body = .none) {
        self.method = method
        self.path = path
        self.query = query
        self.body = body
    }

    /// The path's parts with their percent signs undone, so that a name may have a slash in it.
    var parts: [String] {
        path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { part in
            part.removingPercentEncoding ?? String(part)
        }
    }

    /// The same, as if it had been asked in another way.
    func asking(_ method: Method) -> HMARequest {
        var twin = self
        twin.method = method
        return twin
    }

    /// The parameters of a URL's query as forms write them, with `+` for a blank, which is how Python's and JavaScript's
    /// clients write a `vpdq` signal.
    public static func parameters(of query: String) -> [(name: String, value: String)] {
        query.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { part in
                let plain = String(part.replacing("+", with: " "))
                return plain.removingPercentEncoding ?? plain
            }
            return (parts[0], parts.count > 1 ? parts[1] : "")
        }
    }

    /// The first value of that name, as Flask's `args.get`.
    subscript(name: String) -> String? { query.first { $0.name == name }?.value }

    public static func == (a: HMARequest, b: HMARequest) -> Bool {
        a.method == b.method && a.path == b.path && a.body == b.body
            && a.query.elementsEqual(b.query) { $0.name == $1.name && $0.value == $1.value }
    }
}

/// What is answered: a status and a JSON text.
public struct HMAResponse: Sendable, Equatable {
    public var status: Int
    public var json: String

    public init(_ status: Int, _ json: String) {
        self.status = status
        self.json = json
    }

    /// `{"message": …}`, as HMA's own error handler writes it.
    public init(refusal status: Int, _ message: String) {
        self.init(status, (try? CanonicalJSON.string(["message": message])) ?? "{}")
    }
}

/// Why a request gets no answer but a refusal.
public struct HMAProblem: Error, Sendable, Equatable {
    public var status: Int
    public var message: String

    public init(_ status: Int, _ message: String) {
        self.status = status
        self.message = message
    }
}
