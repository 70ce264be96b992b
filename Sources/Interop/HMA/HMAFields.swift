internal import Foundation

/// The fields of a JSON body, as strict as HMA reads them.
struct HMAFields {
    private let object: [String: Any]

    init(of request: HMARequest) throws {
        guard case .json(let bytes) = request.body,
            let object = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
        else { throw HMAProblem(400, "Request input was not a dict") }
        self.object = object
    }

    var isEmpty: Bool { object.isEmpty }

    /// By name, so that the first thing that is wrong is always the same.
    var texts: [(name: String, value: String)] {
        get throws {
            try object.sorted { $0.key < $1.key }.map { name, value in
                guard let text = value as? String else { throw HMAProblem(400, "\(name) must be text") }
                return (name, text)
            }
        }
    }

    func text(_ name: String) throws -> String? {
        guard let value = object[name] else { return nil }
        guard let text = value as? String else { throw HMAProblem(400, "\(name) must be text") }
        return text
    }

    /// A number; a truth is none.
    func whole(_ name: String) throws -> Int64? {
        guard let value = object[name] else { return nil }
        guard let number = value as? NSNumber, !Self.isTruth(number), let whole = Int64(exactly: number.doubleValue)
        else { throw HMAProblem(400, "\(name) must be a whole number") }
        return whole
    }

    /// Whether a bank is on: `enabled_ratio`, a number or a text of one, goes before `enabled`.
    ///
    /// HMA matches a share of what is asked for, by chance. Here a bank is searched wholly or not at all.
    func isEnabled() throws -> Bool? {
        let enabled = try truth("enabled")
        return try ratio("enabled_ratio").map { $0 == 1 } ?? enabled
    }

    private func ratio(_ name: String) throws -> Double? {
        guard let value = object[name] else { return nil }
        let number = (value as? NSNumber).flatMap { Self.isTruth($0) ? nil : $0.doubleValue }
        let text = (value as? String).flatMap { ["0", "1", "0.0", "1.0"].contains($0) ? Double($0) : nil }
        guard let ratio = number ?? text, ratio == 0 || ratio == 1 else {
            throw HMAProblem(400, "\(name) is 0 or 1 here: nothing is left to chance")
        }
        return ratio
    }

    private func truth(_ name: String) throws -> Bool? {
        guard let value = object[name] else { return nil }
        if let truth = value as? NSNumber, Self.isTruth(truth) { return truth.boolValue }
        switch value as? String {
        case "true": return true
        case "false": return false
        default: throw HMAProblem(400, "invalid boolean parameter - prefer true/false")
        }
    }

    func object(_ name: String) throws -> [String: Any]? {
        guard let value = object[name] else { return nil }
        guard let fields = value as? [String: Any] else {
            throw HMAProblem(400, "\(name) should be a json object")
        }
        return fields
    }

    /// JSON's `true` and `false` become numbers of type `c`.
    private static func isTruth(_ number: NSNumber) -> Bool { unsafe String(cString: number.objCType) == "c" }
}
