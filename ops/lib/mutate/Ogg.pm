package Ogg;
# Damage to Ogg: pages of up to 255 segments, a checksum over each. RFC 3533. The checksum is made anew, so that the damage
# comes to the decoder; one kind leaves it wrong.
use strict;
use warnings;
use Chance;

my @table = map { my $c = $_ << 24; $c = $c & 0x80000000 ? (($c << 1) ^ 0x04c11db7) & 0xffffffff : ($c << 1) & 0xffffffff for 1 .. 8; $c } 0 .. 255;
sub crc { my $c = 0; $c = (($c << 8) & 0xffffffff) ^ $table[($c >> 24) ^ $_] for unpack 'C*', $_[0]; return $c }

sub recognises { my ($bytes) = @_; return substr($$bytes, 0, 4) eq 'OggS' }
sub outline {
    my ($bytes) = @_;
    my ($at, @pages) = (0);
    while ($at + 27 <= length $$bytes && substr($$bytes, $at, 4) eq 'OggS') {
        my $segments = unpack 'C', substr $$bytes, $at + 26, 1;
        last if $at + 27 + $segments > length $$bytes;
        my $size = 27 + $segments;
        $size += $_ for unpack 'C*', substr $$bytes, $at + 27, $segments;
        last if $at + $size > length $$bytes;
        push @pages, [$at, $size, 'page', -1, 27 + $segments];
        $at += $size;
    }
    return @pages;
}
sub seal {
    my ($bytes, $at, $size) = @_;
    substr($$bytes, $at + 22, 4) = "\0\0\0\0";
    substr($$bytes, $at + 22, 4) = pack 'V', crc(substr $$bytes, $at, $size);
}
# On a page, sealed again afterwards; half of the time on one of the first six, where the codecs' headers are.
sub on {
    my ($damage) = @_;
    return sub {
        my ($b, @x) = @_; return 'no page' unless @x;
        my $p = $x[random(random(2) && @x > 6 ? 6 : scalar @x)];
        my $done = $damage->($b, $p); seal($b, $p->[0], $p->[1]); "$done, page at $p->[0]"
    };
}

sub kinds {
    return (
        [stale_checksum => sub { my ($b, @x) = @_; return 'no page' unless @x; my $p = one_of(@x); flip($b, $p->[0] + 22, 4, 1) }],
        [wild_granule => on(sub { my ($b, $p) = @_; my $g = one_of(0, -1, -2, 1, 1 << 62, (1 << 63) - 1, random(1 << 30)); substr($$b, $p->[0] + 6, 8) = pack 'q<', $g; "position $g" })],
        [changed_flags => on(sub { my ($b, $p) = @_; my $f = random(8); substr($$b, $p->[0] + 5, 1) = chr $f; "flags $f" })],
        [changed_serial => on(sub { my ($b, $p) = @_; my $s = wild_integer(4); substr($$b, $p->[0] + 14, 4) = pack 'V', $s; "stream $s" })],
        [changed_order => on(sub { my ($b, $p) = @_; my $s = wild_integer(4); substr($$b, $p->[0] + 18, 4) = pack 'V', $s; "number $s" })],
        [changed_version => on(sub { my ($b, $p) = @_; my $v = 1 + random(255); substr($$b, $p->[0] + 4, 1) = chr $v; "version $v" })],
        [changed_lacing => on(sub {
            # Bytes move between two segments, so that the page stays as long as it is and packets begin elsewhere.
            my ($b, $p) = @_; my $n = $p->[4] - 27; return 'too few segments' if $n < 2;
            my ($i, $j) = (random($n), random($n)); my @s = unpack 'C*', substr $$b, $p->[0] + 27, $n;
            my $most = $s[$i] < 255 - $s[$j] ? $s[$i] : 255 - $s[$j]; my $moved = random($most + 1);
            $s[$i] -= $moved; $s[$j] += $moved; substr($$b, $p->[0] + 27, $n) = pack 'C*', @s; "$moved bytes to another segment"
        })],
        [joined_packets => on(sub {
            my ($b, $p) = @_; my $n = $p->[4] - 27; return 'no segment' if $n < 1;
            substr($$b, $p->[0] + 27 + $n - 1, 1) = "\xff"; 'the last segment goes on'
        })],
        [flipped_payload => on(sub { my ($b, $p) = @_; flip($b, $p->[0] + $p->[4], $p->[1] - $p->[4], 1 + random(60)) })],
        [wild_codec_header => sub {
            my ($b, @x) = @_; return 'no page' unless @x; my $p = $x[random(@x > 3 ? 3 : scalar @x)];
            my $room = $p->[1] - $p->[4] - 4; return 'too short' if $room < 1;
            my $at = $p->[0] + $p->[4] + random($room < 60 ? $room : 60);
            substr($$b, $at, 4) = pack one_of('N', 'V'), wild_integer(4); seal($b, $p->[0], $p->[1]); "number at $at"
        }],
        [no_segments => on(sub { my ($b, $p) = @_; my $n = $p->[4] - 27; substr($$b, $p->[0] + 27, $n) = "\0" x $n; "$n segments of no bytes" })],
        [full_segments => on(sub { my ($b, $p) = @_; my $n = $p->[4] - 27; substr($$b, $p->[0] + 27, $n) = "\xff" x $n; "$n segments of 255" })],
        [removed_page => sub { my ($b, @x) = @_; return 'no page' unless @x; my $p = one_of(@x); cut_out($b, $p->[0], $p->[1]); "page at $p->[0]" }],
        [doubled_page => sub {
            my ($b, @x) = @_; return 'no page' unless @x; my $p = one_of(@x); my $times = 1 + random(one_of(2, 2, 200));
            put_in($b, $p->[0], substr($$b, $p->[0], $p->[1]) x $times); "page at $p->[0], $times more"
        }],
        [many_streams => sub {
            # Beginnings of streams that nobody announced: the first page under other serials.
            my ($b, @x) = @_; return 'no page' unless @x; my $p = $x[0]; my $times = 1 << random(12); my $all = '';
            for my $n (1 .. $times) {
                my $page = substr $$b, $p->[0], $p->[1]; substr($page, 14, 4) = pack 'V', 0x1000 + $n;
                seal(\$page, 0, length $page); $all .= $page;
            }
            put_in($b, $p->[0] + $p->[1], $all); "$times more streams"
        }],
    );
}
1;
