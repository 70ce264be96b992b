internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import NIOFoundationCompat
internal import Records

/// Reads named fields of a JSON object, or of a query, and remembers everything that is wrong with them, so that a
/// caller learns all of it at once, each with its place.
struct FieldReader {
    private let object: [String: Any]
    /// A JSON pointer, or `query`.
    private let place: String
    /// Numbers and truths come as text, as in a query.
    private let isText: Bool
    private var known: Set<String> = []
    private(set) var errors: [Problem.Field] = []

    init(_ object: [String: Any], at place: String = "") {
        self.object = object
        self.place = place
        isText = false
    }

    init(query request: Request) {
        var object: [String: Any] = [:]
        for (name, value) in request.uri.queryParameters {
            object[Self.decoded(name)] = Self.decoded(value)
        }
        self.object = object
        place = "query"
        isText = true
    }

    /// A body that is one JSON object.
    static func body(of request: Request, limit: Int) async throws -> (FieldReader, Data) {
        let (object, data) = try await jsonBody(of: request, limit: limit)
        guard let fields = object as? [String: Any] else { throw Problem.invalid("", "must be a JSON object") }
        return (FieldReader(fields), data)
    }

    static func jsonBody(of request: Request, limit: Int) async throws -> (Any, Data) {
        let type = request.headers[.contentType]?.split(separator: ";").first.map {
            $0.trimmingCharacters(in: .whitespaces).lowercased()
        }
        guard type == "application/json" || type?.hasSuffix("+json") == true else {
            throw Problem(
                .unsupportedMediaType, "unsupported_media_type", "This takes `Content-Type: application/json`.")
        }
        let data = try await withTimeLimit(of: bodySeconds) {
            Data(buffer: try await request.body.collect(upTo: limit))
        }
        do {
            return (try JSONSerialization.jsonObject(with: data), data)
        } catch {
            throw Problem(.badRequest, "malformed_json", "The body is no JSON: \(Self.words(of: error))")
        }
    }

    /// A body of JSON that takes longer is given up: a slow sender keeps its connection, but no request.
    private static let bodySeconds = 30.0

    private static func withTimeLimit<Value: Sendable>(
        of seconds: Double, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask(operation: body)
            group.addTask {
                try await Task.sleep(for: .seconds(seconds))
                throw Problem(.requestTimeout, "slow_body", "The body did not come within \(Int(seconds)) seconds.")
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }

    private static func words(of error: any Error) -> String {
        ((error as NSError).userInfo["NSDebugDescription"] as? String) ?? "it cannot be read"
    }

    private static func decoded(_ text: Substring) -> String {
        let spaced = text.replacing("+", with: " ")
        return spaced.removingPercentEncoding ?? String(spaced)
    }

    mutating func fail(_ name: String, _ detail: String) {
        errors.append(.init(pointer: "\(place)/\(name)", detail: detail))
    }

    /// What is absent is left out; a null is of the wrong type wherever it stands.
    private mutating func value(_ name: String) -> Any? {
        known.insert(name)
        return object[name]
    }

    /// - Parameter max: Unicode scalars, which is what JSON Schema counts.
    mutating func text(_ name: String, max: Int = 1024, isRequired: Bool = false) -> String? {
        guard let value = value(name) else {
            if isRequired { fail(name, "is missing") }
            return nil
        }
        guard let text = value as? String else {
            fail(name, "must be text")
            return nil
        }
        let scalars = text.unicodeScalars
        guard !text.isEmpty, scalars.count <= max, !scalars.contains(where: { $0.value == 0 }) else {
            fail(name, "must have 1 to \(max) characters, none of them zero")
            return nil
        }
        return text
    }

    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, of type: Choice.Type, isRequired: Bool = false
    ) -> Choice? where Choice.RawValue == String {
        guard let word = text(name, max: 64, isRequired: isRequired) else { return nil }
        guard let choice = Choice(rawValue: word) else {
            fail(name, "must be one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
            return nil
        }
        return choice
    }

    mutating func number(_ name: String, in range: ClosedRange<Double>) -> Double? {
        guard let value = value(name) else { return nil }
        let number = isText ? (value as? String).flatMap(Double.init) : Self.number(value)?.doubleValue
        guard let number, range.contains(number) else {
            fail(name, "must be a number from \(Self.short(range.lowerBound)) to \(Self.short(range.upperBound))")
            return nil
        }
        return number
    }

    mutating func whole(_ name: String, in range: ClosedRange<Int64>) -> Int64? {
        guard value(name) != nil else { return nil }
        guard let number = number(name, in: Double(range.lowerBound)...Double(range.upperBound)),
            let whole = Int64(exactly: number.rounded()), Double(whole) == number
        else {
            if errors.last?.pointer != "\(place)/\(name)" { fail(name, "must be a whole number") }
            return nil
        }
        return whole
    }

    mutating func flag(_ name: String) -> Bool? {
        guard let value = value(name) else { return nil }
        if isText, let text = value as? String {
            if text == "true" { return true }
            if text == "false" { return false }
        } else if let flag = value as? NSNumber, Self.isTruth(flag) {
            return flag.boolValue
        }
        fail(name, "must be true or false")
        return nil
    }

    mutating func texts(_ name: String, countMax: Int, max: Int = 1024) -> [String]? {
        guard let value = value(name) else { return nil }
        let list = isText ? (value as? String)?.split(separator: ",").map(String.init) : value as? [String]
        guard let list, !list.isEmpty, list.count <= countMax,
            list.allSatisfy({ !$0.isEmpty && $0.unicodeScalars.count <= max })
        else {
            fail(name, "must be a list of 1 to \(countMax) texts")
            return nil
        }
        return list
    }

    /// RFC 3339 in UTC, as it was given.
    mutating func time(_ name: String) -> String? {
        guard let text = text(name, max: 40) else { return nil }
        guard
            (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: text.contains(".")))) != nil
        else {
            fail(name, "must be a time like 2026-05-01T12:00:00Z")
            return nil
        }
        return text
    }

    mutating func objects(_ name: String, countMax: Int) -> [FieldReader]? {
        guard let value = value(name) else { return nil }
        guard let list = value as? [[String: Any]], !list.isEmpty, list.count <= countMax else {
            fail(name, "must be a list of 1 to \(countMax) objects")
            return nil
        }
        return list.enumerated().map { FieldReader($0.element, at: "\(place)/\(name)/\($0.offset)") }
    }

    mutating func has(_ name: String) -> Bool { value(name) != nil }

    /// Ends the reading: a field that nobody asked for is a misspelt one.
    mutating func finish() -> [Problem.Field] {
        for name in object.keys.sorted() where !known.contains(name) { fail(Self.pointer(name), "is not known here") }
        return errors
    }

    mutating func check() throws {
        let errors = finish()
        if !errors.isEmpty { throw Problem.invalid(errors) }
    }

    private static func pointer(_ name: String) -> String {
        name.replacing("~", with: "~0").replacing("/", with: "~1")
    }

    private static func short(_ number: Double) -> String {
        number == number.rounded() ? String(Int64(number)) : String(number)
    }

    /// Numbers and truths are both `NSNumber`, and zero and one would pass for either.
    private static func isTruth(_ number: NSNumber) -> Bool { unsafe String(cString: number.objCType) == "c" }

    private static func number(_ value: Any) -> NSNumber? {
        guard let number = value as? NSNumber, !isTruth(number) else { return nil }
        return number
    }
}
