public import JobQueue

extension Home {
    /// The queue as submitter and coordinator see it. For the file queue, folders are made where there are none.
    public func openQueue() throws(QueueError) -> any SubmitQueue & CoordinatorQueue {
        if let database { return try PostgresQueue(database) }
        return try FileQueue(root: queue)
    }

    /// A worker's place in the queue.
    ///
    /// - Parameter name: for people; made unique by a suffix.
    public func openWorker(named name: String) throws(QueueError) -> any WorkerQueue {
        if let database { return try PostgresQueue(database).worker(named: name) }
        return try FileQueue(root: queue).worker(named: name)
    }

    /// Whether anything has been kept here. A database is there until it says otherwise.
    public var hasStore: Bool { database != nil || Disk().exists(store) }
}
