import EngineSupport
import FingerprintIndex
import Fleet
import Foundation
import JobQueue
import Records
import Store
import Testing

@Suite("A fleet whose old history was taken away")
struct CoordinatorHistoryTests {
    /// One upload on its way to its events.
    private func upload(_ id: String, of creator: String, to rig: Rig) throws {
        try rig.queue.submit([
            JobSpec(key: id, lane: .live, path: "/media/\(id).mp4", video: .init(videoID: id, creator: creator))
        ])
        try rig.settle()
        let (worker, _) = try rig.worker()
        for claim in try worker.claim(upTo: 9) { try worker.finish(claim, with: answer(claim, showing: [1, 2, 3])) }
    }

    /// How many videos a creator's profile speaks of.
    private func videos(_ creator: String, _ rig: Rig) throws -> Int? {
        guard let stored = try ProfileStore(reading: rig.home).get(creator) else { return nil }
        let profile = try JSONSerialization.jsonObject(with: Data(stored.profile.utf8)) as? [String: Any]
        return profile?["videos"] as? Int
    }

    @Test("It goes on, finds copies of what it forgot, and a creator's next event folds what is left")
    func goesOn() throws {
        let rig = try Rig(engine: .postgres)
        let server = try TestPostgres.shared()
        func detach(_ partition: String) throws {
            try server.sql("ALTER TABLE moire.events DETACH PARTITION moire.\(partition)", in: rig.home.address)
        }
        let scorer = try Scorer(home: rig.home)
        try upload("original", of: "ann", to: rig)
        try upload("early", of: "bob", to: rig)
        try rig.settle()
        // As if four million events had come.
        try rig.whileStopped { _ in
            try server.sql(
                "ALTER TABLE moire.event_ids ALTER COLUMN sequence RESTART WITH 4000000", in: rig.home.address)
        }
        try upload("late", of: "bob", to: rig)
        try rig.settle()
        while try scorer.step() {}
        #expect(try videos("ann", rig) == 1)
        #expect(try videos("bob", rig) == 2)

        try detach("events_0")
        #expect(try rig.reader().matchEdges().allSatisfy { $0.sequence >= 4_000_000 })
        try upload("later", of: "bob", to: rig)
        try rig.settle()
        while try scorer.step() {}
        let found = try rig.reader().matchEdges().compactMap { stored -> String? in
            guard case .matchEdge(let edge) = stored.event.body, edge.match.query == "later" else { return nil }
            return edge.match.reference
        }
        #expect(Set(found).contains("original"))
        #expect(try videos("bob", rig) == 2)
        // Nothing new came of her, so nobody looked.
        #expect(try videos("ann", rig) == 1)

        // The one that is written to: one step fails, the next one makes another.
        try detach("events_4000000")
        try upload("last", of: "bob", to: rig)
        #expect(#expect(throws: StoreError.self) { try rig.settle() }?.code == .busy)
        try rig.settle()
        while try scorer.step() {}
        #expect(try videos("bob", rig) == 1)
        #expect(try rig.coordinator?.isDrained() == true)
    }
}
