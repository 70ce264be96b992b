internal import Dispatch
internal import Synchronization

/// Blocking work on several threads, with results handed over one at a time and in input order.
public enum OrderedWork {
    /// - Parameters:
    ///   - slots: threads that work at once, at most one a processor.
    ///   - work: called on any of them, for items in order.
    ///   - deliver: called for every item in input order, never twice at once.
    /// - Throws: what `work` threw first; later items are then not begun, and nothing more is delivered.
    public static func run<Item: Sendable, Value: Sendable>(
        _ items: [Item], slots: Int, work: @escaping @Sendable (Item) throws -> Value,
        deliver: @escaping @Sendable (_ item: Item, _ value: Value) -> Void
    ) throws {
        let desk = Mutex(Desk<Value>())
        DispatchQueue.concurrentPerform(iterations: max(1, min(slots, items.count))) { _ in
            while let index = desk.withLock({ $0.take(of: items.count) }) {
                do {
                    let value = try work(items[index])
                    desk.withLock { desk in
                        desk.waiting[index] = value
                        while desk.failure == nil, let next = desk.waiting.removeValue(forKey: desk.delivered) {
                            deliver(items[desk.delivered], next)
                            desk.delivered += 1
                        }
                    }
                } catch {
                    desk.withLock { $0.failure = $0.failure ?? error }
                }
            }
        }
        if let failure = desk.withLock({ $0.failure }) { throw failure }
    }

    private struct Desk<Value: Sendable>: Sendable {
        var taken = 0
        var delivered = 0
        var waiting: [Int: Value] = [:]
        var failure: (any Error)?

        mutating func take(of count: Int) -> Int? {
            guard failure == nil, taken < count else { return nil }
            defer { taken += 1 }
            return taken
        }
    }
}
