/**
 * The hypervisor's parameters that change nothing in the simulation, with the type of their text: known to
 * its parser, so that none of them is called unknown. Options of other architectures and of debug builds
 * are not among them: an x86 release build calls them unknown. Private to this folder.
 *
 * @since 0.1.0
 */

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * `text` stands for any text, whatever the hypervisor makes of it.
 *
 * @category model
 * @since 0.1.0
 */
export type IdleKind = 'bool' | 'uint' | 'size' | 'text'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

const bools =
  'acpi_pstate_strict acpi_skip_timer_override allow_unsafe altp2m apicv arat asid async-show-all ' +
  'ats cmos-rtc-probe console_to_ring cpuidle cpuinfo e820-mtrr-clip e820-verbose force-ept ' +
  'global-pages hap hap_1gb hap_2mb hest_disable hpetbroadcast hvm_fep hvm_port80 ' +
  'introspection_extn invpcid iommu_inclusive_mapping lapic_timer_c2_ok ler msi mtrr.show ' +
  'mwait-idle noapic noirqbalance pku probe-port-aliases pv-linear-pt pv-shim ' +
  'ro-hpet scrub-domheap sync_console tdt unrestricted_guest vpid x2apic x2apic_phys xsave'

const numbers =
  'acpi_apic_instance cmci-threshold cpuid_mask_ecx cpuid_mask_edx cpuid_mask_ext_ecx ' +
  'cpuid_mask_ext_edx cpuid_mask_l7s0_eax cpuid_mask_l7s0_ebx cpuid_mask_thermal_ecx ' +
  'cpuid_mask_xsave_eax debug_stack_lines dma_bits hardware_dom idle_latency_factor ' +
  'iommu_dev_iotlb_timeout irq-max-guests irq_ratelimit max_gsi_irqs mce_fb nr_irqs ple_gap ' +
  'ple_window rcu-idle-timer-period-ms tbuf_size tevt_mask vesa-map vesa-ram ' +
  'viridian-spinlock-retry-count vm-notify-window watchdog_timeout'

const sizes = 'availmem bootscrub_chunk mem serial_tx_buffer'

const texts =
  'acpi acpi_sleep apic apic_verbosity argo badpage bootscrub cet clocksource console_timestamps ' +
  'conswitch core_parking cpu_type cpufreq cpuid cpuid_mask_cpu crashinfo_maxaddr crashkernel ' +
  'dbgp dom0-cpuid dom0-iommu dom0_ioports_disable edd edid efi ept extra_guest_irqs flask font ' +
  'gdb hpet ioapic_ack iommu irq_vector_map ivrs_hpet[ ivrs_ioapic[ lapic low_crashinfo ' +
  'max_cstate mce mce_verbosity memop-max-order mmcfg mmio-relax nmi nolapic numa pci pci-phantom ' +
  'pcid psr pv pv-l1tf real-mode reboot rmrr shim_mem smap smep snb_igd_quirk spec-ctrl tboot ' +
  'tsc tsx ucode vesa-mtrr vga viridian-version vpmu watchdog x2apic-mode xpti xsm'

const entries = (names: string, kind: IdleKind): ReadonlyArray<readonly [string, IdleKind]> =>
  names.split(' ').map((name) => [name, kind])

/**
 * @category constants
 * @since 0.1.0
 */
export const idleParameters: ReadonlyMap<string, IdleKind> = new Map([
  ...entries(bools, 'bool'),
  ...entries(numbers, 'uint'),
  ...entries(sizes, 'size'),
  ...entries(texts, 'text')
])
