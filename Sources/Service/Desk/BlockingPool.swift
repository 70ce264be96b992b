internal import NIOPosix

/// Threads for calls that block: databases, decoders, disks. The server's own threads never do.
struct BlockingPool: Sendable {
    private let pool: NIOThreadPool

    init(threads: Int) {
        pool = NIOThreadPool(numberOfThreads: threads)
        pool.start()
    }

    func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await pool.runIfActive(body)
    }

    func stop() async { try? await pool.shutdownGracefully() }
}
