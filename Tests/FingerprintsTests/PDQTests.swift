import Fingerprints
import Testing
@Test func x() { #expect(PDQ.smallestSide == 5) }
