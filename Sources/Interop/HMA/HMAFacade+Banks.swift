internal import Foundation
internal import Records

/// HMA's blueprint `curation`: banks.
extension HMAFacade {
    func bank(_ name: String) throws -> HMABank {
        guard let bank = try backend.banks().first(where: { $0.name == name }) else {
            throw HMAProblem(404, "bank '\(name)' not found")
        }
        return bank
    }

    func makeBank(_ request: HMARequest) throws -> HMAResponse {
        let fields = try HMAFields(of: request)
        guard let name = try fields.text("name") else { throw HMAProblem(400, "Field `name` is required") }
        let bank = HMABank(name: name, isEnabled: try fields.isEnabled() ?? true)
        try backend.make(bank)
        return .init(201, try CanonicalJSON.string(bank))
    }

    func changeBank(_ name: String, _ request: HMARequest) throws -> HMAResponse {
        let fields = try HMAFields(of: request)
        guard var bank = try backend.banks().first(where: { $0.name == name }) else {
            throw HMAProblem(404, "Bank not found")
        }
        let isEnabled = try fields.isEnabled()
        if let new = try fields.text("name") { bank.name = new }
        if let isEnabled { bank.isEnabled = isEnabled }
        if !fields.isEmpty { try backend.change(name, to: bank) }
        return .init(200, try CanonicalJSON.string(bank))
    }

    func deleteBank(_ name: String) throws -> HMAResponse {
        try backend.deleteBank(name)
        return .init(200, #"{"message":"Done"}"#)
    }

    // MARK: Exchanges

    /// What an HMA answers that has none of the exchange types installed.
    func makeExchange(_ request: HMARequest) throws -> HMAResponse {
        let fields = try HMAFields(of: request)
        guard let bank = try fields.text("bank") else { throw HMAProblem(400, "Field `bank` is required") }
        guard bank.wholeMatch(of: /[A-Z0-9_]+/) != nil else {
            throw HMAProblem(400, "Field `bank` must match /^[A-Z0-9_]+$/")
        }
        guard let type = try fields.text("api") else { throw HMAProblem(400, "Field `api_type` is required") }
        throw HMAProblem(400, "No such exchange type '\(type)'")
    }

    // MARK: Types and indices

    struct IndexStatus: Encodable {
        var present: Bool
        var builtTo: Int64
        var size: Int
        enum CodingKeys: String, CodingKey { case present, builtTo = "built_to", size }
    }

    struct IndexBuild: Encodable {
        var dbSize: Int
        var indexSize: Int
        var isOutOfDate = false
        var newestItem: Int64
        var builtTo: Int64
        enum CodingKeys: String, CodingKey {
            case dbSize = "db_size", indexSize = "index_size", isOutOfDate = "index_out_of_date"
            case newestItem = "newest_db_item", builtTo = "index_built_to"
        }
    }

    /// One index serves all types that are looked up; the others have none.
    func indexStatus(_ request: HMARequest) throws -> HMAResponse {
        let status = try backend.indexStatus()
        let answer = try Self.types(askedFor: request).map { type in
            let isThere = Self.isLookedUp(type)
            return (
                type.rawValue,
                IndexStatus(
                    present: isThere, builtTo: isThere ? status.changedAt : -1, size: isThere ? status.contents : 0)
            )
        }
        return .init(200, try CanonicalJSON.string(Dictionary(uniqueKeysWithValues: answer)))
    }

    func indexBuild(_ request: HMARequest) throws -> HMAResponse {
        let status = try backend.indexStatus()
        let answer = try Self.types(askedFor: request).map { type in
            let size = Self.isLookedUp(type) ? status.contents : 0
            let time = Self.isLookedUp(type) ? status.changedAt : -1
            return (type.rawValue, IndexBuild(dbSize: size, indexSize: size, newestItem: time, builtTo: time))
        }
        return .init(200, try CanonicalJSON.string(Dictionary(uniqueKeysWithValues: answer)))
    }

    private static func types(askedFor request: HMARequest) throws -> [SignalType] {
        guard let name = request["signal_type"] else { return SignalType.allCases }
        guard let type = SignalType(rawValue: name) else { throw HMAProblem(400, "No such signal type '\(name)'") }
        return [type]
    }
}
