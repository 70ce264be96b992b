internal import Glibc
internal import JobQueue
internal import Records
internal import Store

// A worker process for the queue's tests, which kill it or race it against its like.
//
//     QueueTestWorker HOME hold COUNT     claims COUNT jobs, prints one line each, then waits to be killed
//     QueueTestWorker HOME drain          claims until nothing is left, prints one line each
//     QueueTestWorker HOME churn          claims and gives back for ever, waits to be killed
//     QueueTestWorker HOME submit COUNT   submits COUNT jobs one by one, prints each id once accepted

/// One line, out at once: whoever reads it may kill this process next.
func say(_ words: String...) {
    print(words.joined(separator: " "))
    fflush(nil)
}

let arguments = CommandLine.arguments
do {
    let home = Home(arguments[1])
    let queue = try home.openQueue()
    switch arguments[2] {
    case "hold":
        let worker = try home.openWorker(named: "test")
        for _ in 0..<(Int(arguments[3]) ?? 1) {
            if let claim = try worker.claim() { say(claim.job.id, "\(claim.attempt)") }
        }
        say("holding")
        while true { sleep(60) }
    case "drain":
        let worker = try home.openWorker(named: "test")
        while let claim = try worker.claim() { say(claim.job.id, "\(claim.attempt)") }
        say("drained")
        while true { sleep(60) }
    case "churn":
        let worker = try home.openWorker(named: "test")
        say("churning")
        while true {
            if let claim = try worker.claim() { try worker.abandon(claim) } else { usleep(1000) }
        }
    case "submit":
        for number in 0..<(Int(arguments[3]) ?? 1) {
            let spec = job("\(getpid())-\(number)")
            try queue.submit([spec])
            say(spec.id)
        }
    default: exit(2)
    }
} catch {
    say("error: \(error)")
    exit(1)
}
