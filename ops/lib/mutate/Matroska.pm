package Matroska;
# Damage to Matroska and WebM: a tree of elements, each an id, a size of variable length and its content. RFC 8794, RFC 9559.
use strict;
use warnings;
use Chance;

my %holds_elements = map { $_ => 1 } qw(1a45dfa3 18538067 114d9b74 4dbb 1549a966 1654ae6b ae e0 e1 1f43b675 a0 1c53bb6b bb b7 6d80 6240 5034);
# Of numbers, with the length of their id: what counts, measures and scales.
my %numbers = map { $_ => 1 } qw(2ad7b1 4489 d7 73c5 83 23e383 23314f b0 ba 54b0 54ba 9f b5 78b5 6264 e7 a7 ab 9b b3 f7 f1 f0 5378 56aa 56bb 53ac 55ee 536e);
my @codecs = qw(V_MPEG4/ISO/AVC V_MPEGH/ISO/HEVC V_VP8 V_VP9 V_AV1 V_MPEG2 V_THEORA V_PRORES V_FFV1 V_MJPEG V_QUICKTIME
    V_MS/VFW/FOURCC V_UNCOMPRESSED A_AAC A_OPUS A_VORBIS A_FLAC A_AC3 A_MPEG/L3 A_PCM/INT/LIT A_MS/ACM A_REAL/COOK S_TEXT/UTF8);

sub recognises { my ($bytes) = @_; return substr($$bytes, 0, 4) eq "\x1a\x45\xdf\xa3" }

sub width { my ($first) = @_; for (1 .. 8) { return $_ if $first & (0x100 >> $_) } return 0 }
# An element as [offset, size in all, name, offset of its parent, bytes of id, bytes of size, has no known size].
sub outline { my ($bytes) = @_; return elements($bytes, 0, length $$bytes, -1, 0) }
sub elements {
    my ($bytes, $at, $end, $parent, $depth) = @_;
    my @found;
    while ($at + 2 <= $end && $depth < 8) {
        my $id = width(ord substr $$bytes, $at, 1);
        last if !$id || $id > 4 || $at + $id + 1 > $end;
        my $sized = width(ord substr $$bytes, $at + $id, 1);
        last if !$sized || $at + $id + $sized > $end;
        my $size = 0;
        $size = $size * 256 + $_ for unpack 'C*', substr $$bytes, $at + $id, $sized;
        $size -= 1 << (7 * $sized);
        my $open = $size == (1 << (7 * $sized)) - 1;
        my $head = $id + $sized;
        $size = $end - $at - $head if $open;
        last if $at + $head + $size > $end;
        my $name = unpack 'H*', substr $$bytes, $at, $id;
        push @found, [$at, $head + $size, $name, $parent, $id, $sized, $open];
        push @found, elements($bytes, $at + $head, $at + $head + $size, $at, $depth + 1) if $holds_elements{$name};
        $at += $head + $size;
    }
    return @found;
}
sub set_size {    # false when the field is too short for it
    my ($bytes, $element, $size) = @_;
    my $sized = $element->[5];
    return 0 if $size < 0 || ($sized < 8 && $size >= (1 << (7 * $sized)) - 1);
    my $field = '';
    my $left = $size + (1 << (7 * $sized));
    for (1 .. $sized) { $field = chr($left & 255) . $field; $left >>= 8 }
    substr($$bytes, $element->[0] + $element->[4], $sized) = $field;
    return 1;
}
# Everything around an element grows with it; what the field has no room for stays wrong.
sub grow {
    my ($bytes, $parent, $by, @all) = @_;
    while ($parent >= 0) {
        my ($e) = grep { $_->[0] == $parent } @all;
        last unless $e;
        set_size($bytes, $e, $e->[1] - $e->[4] - $e->[5] + $by) unless $e->[6];
        $parent = $e->[3];
    }
}
# Numbers of one to eight bytes, or a fraction.
sub on {
    my ($wanted, $damage) = @_;
    return sub {
        my ($b, @x) = @_;
        my @fitting = grep { $wanted->($_) } @x;
        return @fitting ? $damage->($b, one_of(@fitting), @x) : 'no such element';
    };
}
sub any { 1 }
my $is_block = sub { $_[0][2] =~ /^(?:a3|a1)$/ };

sub kinds {
    return (
        [wild_size => on(\&any, sub {
            my ($b, $e) = @_; my $size = one_of(0, 1, (1 << (7 * $e->[5])) - 2, random(1 << (7 * ($e->[5] < 4 ? $e->[5] : 4))), $e->[1] + random(64));
            set_size($b, $e, $size) ? "$e->[2] at $e->[0] has $size bytes" : 'no room'
        })],
        [unknown_size => on(\&any, sub {
            my ($b, $e) = @_; substr($$b, $e->[0] + $e->[4], $e->[5]) = chr((0x200 >> $e->[5]) - 1) . "\xff" x ($e->[5] - 1);
            "$e->[2] at $e->[0] has no known size"
        })],
        [flipped_head => on(\&any, sub { my ($b, $e) = @_; flip($b, $e->[0], $e->[4] + $e->[5], 1 + random(3)) })],
        [flipped_content => on(sub { $_[0][2] !~ /^(?:a3|a1|18538067|1f43b675)$/ }, sub { my ($b, $e) = @_; flip($b, $e->[0], $e->[1], 1 + random(24)) })],
        [flipped_block => on($is_block, sub { my ($b, $e) = @_; flip($b, $e->[0] + $e->[4] + $e->[5], $e->[1] - $e->[4] - $e->[5], 1 + random(80)) })],
        [renamed_element => on(\&any, sub {
            my ($b, $e) = @_; my @names = grep { length == 2 * $e->[4] } sort(keys %holds_elements), sort(keys %numbers), qw(a3 a1 86 63a2 ec bf 55d0);
            return 'no such length' unless @names;
            my $name = one_of(@names); substr($$b, $e->[0], $e->[4]) = pack 'H*', $name; "$e->[2] at $e->[0] is called $name"
        })],
        [wild_value => on(sub { $numbers{ $_[0][2] } }, sub {
            my ($b, $e) = @_; my $head = $e->[4] + $e->[5]; my $size = $e->[1] - $head; return 'no content' if $size < 1 || $size > 8;
            my $value = $size == 4 || $size == 8
                ? one_of("\0" x $size, "\xff" x $size, "\x7f" . "\xff" x ($size - 1), "\x7f\xf0" . "\0" x ($size - 2), "\x7f\x80" . "\0" x ($size - 2), "\x80" . "\0" x ($size - 1), "\0" x ($size - 1) . "\1")
                : one_of("\0" x $size, "\xff" x $size, "\0" x ($size - 1) . "\1", "\x80" . "\0" x ($size - 1));
            substr($$b, $e->[0] + $head, $size) = $value; "$e->[2] at $e->[0]: " . unpack 'H*', $value
        })],
        [longer_value => on(sub { $numbers{ $_[0][2] } }, sub {
            my ($b, $e, @x) = @_; my $by = 1 + random(16); return 'no room' unless set_size($b, $e, $e->[1] - $e->[4] - $e->[5] + $by);
            grow($b, $e->[3], $by, @x); put_in($b, $e->[0] + $e->[4] + $e->[5], chr(random(256)) x $by); "$e->[2] at $e->[0], $by bytes longer"
        })],
        [laced_block => on($is_block, sub {
            # Frames in one block by one of three lacings; the count and the sizes then are what media was.
            my ($b, $e) = @_; my $at = $e->[0] + $e->[4] + $e->[5] + 3; return 'too short' if $e->[1] < $e->[4] + $e->[5] + 8;
            my $lacing = 1 + random(3); my $flags = ord substr $$b, $at, 1;
            substr($$b, $at, 1) = chr(($flags & ~6) | ($lacing << 1));
            my $count = one_of(0, 1, 2, 7, 255, random(256)); substr($$b, $at + 1, 1) = chr $count;
            substr($$b, $at + 2, 4) = one_of("\xff" x 4, "\0" x 4, "\x40\0\x80\0", "\x01\xff\xff\xff") if random(2);
            "lacing $lacing of $count + 1 frames at $e->[0]"
        })],
        [short_block => on($is_block, sub {
            my ($b, $e, @x) = @_; my $keep = random(6); my $head = $e->[4] + $e->[5]; my $cut = $e->[1] - $head - $keep; return 'too short' if $cut < 1;
            return 'no room' unless set_size($b, $e, $keep);
            grow($b, $e->[3], -$cut, @x); cut_out($b, $e->[0] + $head + $keep, $cut); "$keep bytes are left at $e->[0]"
        })],
        [foreign_track => on($is_block, sub { my ($b, $e) = @_; my $n = one_of(0, 1, 64, 127); substr($$b, $e->[0] + $e->[4] + $e->[5], 1) = chr(0x80 | $n); "block at $e->[0] is of track $n" })],
        [wild_block_time => on($is_block, sub { my ($b, $e) = @_; my $t = wild_integer(2); substr($$b, $e->[0] + $e->[4] + $e->[5] + 1, 2) = pack 'n', $t; "block at $e->[0]: $t" })],
        [foreign_codec => on(sub { $_[0][2] eq '86' }, sub {
            my ($b, $e, @x) = @_; my $name = one_of(@codecs); my $head = $e->[4] + $e->[5]; my $by = length($name) - ($e->[1] - $head);
            return 'no room' unless set_size($b, $e, length $name);
            grow($b, $e->[3], $by, @x); substr($$b, $e->[0] + $head, $e->[1] - $head) = $name; "track at $e->[3] is $name"
        })],
        [removed_element => on(sub { $_[0][3] >= 0 }, sub { my ($b, $e, @x) = @_; grow($b, $e->[3], -$e->[1], @x); cut_out($b, $e->[0], $e->[1]); "$e->[2] at $e->[0]" })],
        [doubled_element => on(sub { $_[0][1] < 20_000 }, sub {
            my ($b, $e, @x) = @_; my $times = 1 + random(one_of(2, 2, 300));
            grow($b, $e->[3], $times * $e->[1], @x); put_in($b, $e->[0], substr($$b, $e->[0], $e->[1]) x $times); "$e->[2] at $e->[0], $times more"
        })],
        [nested_element => on(sub { $holds_elements{ $_[0][2] } }, sub {
            my ($b, $e, @x) = @_; my $times = 1 << random(12); my $id = substr $$b, $e->[0], $e->[4]; my $head = '';
            my $each = $e->[4] + 8; my $inside = $e->[1] + $each * $times;
            for (1 .. $times) { $inside -= $each; $head .= $id . pack 'Q>', (1 << 56) | $inside }
            grow($b, $e->[3], length $head, @x); put_in($b, $e->[0], $head); "$e->[2] at $e->[0], $times deep"
        })],
    );
}
1;
