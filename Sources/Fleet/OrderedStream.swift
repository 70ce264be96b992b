internal import Dispatch

/// As `OrderedWork`, for items that come one after another and of which nobody knows how many.
public enum OrderedStream {
    /// Items taken before the oldest of them is delivered: what a slow item can make others wait in memory.
    public static let aheadMax = 64

    /// - Parameters:
    ///   - slots: threads that work at once, at most one a processor.
    ///   - next: the next item, nil at the end; may block, and is never called twice at once.
    ///   - work: called on any thread, for items in order.
    ///   - deliver: called for every item in their order as soon as it is done, never twice at once.
    /// - Throws: what `next` or `work` threw first; later items are then not begun, and nothing more is delivered. A
    ///   call of `next` that blocks is waited for.
    public static func run<Item: Sendable, Value: Sendable>(
        slots: Int, next: @escaping @Sendable () throws -> Item?, work: @escaping @Sendable (Item) throws -> Value,
        deliver: @escaping @Sendable (_ item: Item, _ value: Value) -> Void
    ) throws {
        let desk = Monitor(Desk<Item, Value>())
        DispatchQueue.concurrentPerform(iterations: max(1, slots)) { _ in
            while let index = desk.wait(for: { $0.mayTake() }) ?? nil {
                do {
                    let item = try next()
                    desk.update { $0.took(item == nil) }
                    guard let item else { break }
                    let value = try work(item)
                    desk.update { desk in
                        desk.waiting[index] = (item, value)
                        while desk.failure == nil, let (item, value) = desk.waiting.removeValue(forKey: desk.delivered)
                        {
                            deliver(item, value)
                            desk.delivered += 1
                        }
                    }
                } catch {
                    desk.update { $0.failure = $0.failure ?? error }
                }
            }
        }
        if let failure = desk.update({ $0.failure }) { throw failure }
    }

    private struct Desk<Item, Value> {
        var taken = 0
        var delivered = 0
        var isTaking = false
        var isExhausted = false
        var waiting: [Int: (Item, Value)] = [:]
        var failure: (any Error)?

        /// The number of the item that the asker is to take, nil inside when there are no more; nil for "not now".
        mutating func mayTake() -> Int?? {
            if failure != nil || isExhausted { return .some(nil) }
            guard !isTaking, taken - delivered < aheadMax else { return nil }
            isTaking = true
            return taken
        }

        mutating func took(_ isEnd: Bool) {
            isTaking = false
            isExhausted = isExhausted || isEnd
            if !isEnd { taken += 1 }
        }
    }
}
