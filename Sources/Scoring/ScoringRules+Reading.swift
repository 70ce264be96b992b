public import FoundationEssentials
import Records

extension ScoringRules {
    /// Reads and checks a rules file.
    ///
    /// - Parameter json: the file's bytes.
    /// - Parameter source: its name, for the error's sentence.
    /// - Throws: the first thing wrong, with the field it is in. A key that no rule knows is an error
    ///   too: a misspelt cap would otherwise be no cap.
    public static func read(_ json: Data, source: String) throws(RulesError) -> ScoringRules {
        let given: JSONShape
        let rules: ScoringRules
        do {
            given = try CanonicalJSON.decode(JSONShape.self, from: json)
        } catch {
            throw RulesError(.notJSON, source: source, field: "", problem: "is not valid JSON")
        }
        do {
            rules = try CanonicalJSON.decode(ScoringRules.self, from: json)
        } catch let error as DecodingError {
            // The decoder does not say where a number does not fit a whole one.
            if let field = given.firstBrokenNumber() {
                throw RulesError(.wrongType, source: source, field: field, problem: "expected a whole number")
            }
            throw RulesError(error, source: source)
        } catch {
            throw RulesError(.notJSON, source: source, field: "", problem: "\(error)")
        }
        try rules.validate(source: source)
        if let kept = try? CanonicalJSON.decode(JSONShape.self, from: CanonicalJSON.encode(rules)),
            let stray = given.firstKey(missingIn: kept)
        {
            throw RulesError(.unknownField, source: source, field: stray, problem: "no such field; is it misspelt?")
        }
        return rules
    }
}

/// JSON of which only the keys matter, and whether numbers are whole.
private indirect enum JSONShape: Decodable {
    case object([String: JSONShape])
    case list([JSONShape])
    case scalar
    case broken
    case null

    init(from decoder: any Decoder) throws {
        let single = try decoder.singleValueContainer()
        if single.decodeNil() {
            self = .null
        } else if let object = try? single.decode([String: JSONShape].self) {
            self = .object(object)
        } else if let list = try? single.decode([JSONShape].self) {
            self = .list(list)
        } else if let number = try? single.decode(Double.self), Int(exactly: number) == nil {
            self = .broken
        } else {
            self = .scalar
        }
    }

    /// Keys of a rules file whose numbers are whole.
    private static let wholeKeys: Set = [
        "start", "lowest", "highest", "at", "points", "per_video", "per_creator", "days",
        "videos",
    ]

    /// Path of the first whole-number key, in order, that has another number.
    func firstBrokenNumber(at path: String = "", key: String = "") -> String? {
        switch self {
        case .object(let members):
            for key in members.keys.sorted() {
                let here = path.isEmpty ? key : "\(path).\(key)"
                if let field = members[key]?.firstBrokenNumber(at: here, key: key) { return field }
            }
            return nil
        case .list(let elements):
            for (index, element) in elements.enumerated() {
                if let field = element.firstBrokenNumber(at: "\(path)[\(index)]") { return field }
            }
            return nil
        case .broken: return Self.wholeKeys.contains(key) ? path : nil
        case .scalar, .null: return nil
        }
    }

    /// Path of the first key here, in order, that `other` has not.
    func firstKey(missingIn other: JSONShape, at path: String = "") -> String? {
        switch (self, other) {
        case (.object(let mine), .object(let theirs)):
            for key in mine.keys.sorted() {
                let here = path.isEmpty ? key : "\(path).\(key)"
                if case .null? = mine[key] { continue }
                guard let value = mine[key], let kept = theirs[key] else { return here }
                if let stray = value.firstKey(missingIn: kept, at: here) { return stray }
            }
            return nil
        case (.list(let mine), .list(let theirs)):
            for (index, pair) in zip(mine, theirs).enumerated() {
                if let stray = pair.0.firstKey(missingIn: pair.1, at: "\(path)[\(index)]") { return stray }
            }
            return nil
        default:
            return nil
        }
    }
}

extension RulesError {
    init(_ error: DecodingError, source: String) {
        switch error {
        case .keyNotFound(let key, let context):
            self.init(
                .missingField, source: source, field: Self.path(context.codingPath + [key]), problem: "is missing")
        case .valueNotFound(let type, let context):
            self.init(
                .missingField, source: source, field: Self.path(context.codingPath),
                problem: "is null, expected \(Self.name(of: type))")
        case .typeMismatch(let type, let context):
            self.init(
                .wrongType, source: source, field: Self.path(context.codingPath),
                problem: "expected \(Self.name(of: type))")
        case .dataCorrupted(let context):
            self.init(
                context.codingPath.isEmpty ? .notJSON : .badValue, source: source,
                field: Self.path(context.codingPath), problem: context.debugDescription)
        @unknown default:
            self.init(.notJSON, source: source, field: "", problem: "\(error)")
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.reduce(into: "") { path, key in
            if let index = key.intValue {
                path += "[\(index)]"
            } else {
                path += path.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
    }

    private static func name(of type: Any.Type) -> String {
        if type == Int.self { return "a whole number" }
        if type == Double.self { return "a number" }
        if type == String.self { return "text" }
        return "\(type)".hasPrefix("Array") ? "a list" : "an object"
    }
}
